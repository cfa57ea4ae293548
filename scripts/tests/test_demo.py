import socket

import pytest
from box import demo, settings
from box.steps import StepFailed


@pytest.fixture(autouse=True)
def nothing_runs(monkeypatch):
    def never(steps, quiet=False):
        raise AssertionError

    monkeypatch.setattr(demo, "run_steps", never)
    monkeypatch.setattr(demo.serve, "record", lambda name: None)


@pytest.fixture
def busy_port(monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        number = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(number))
        yield number


@pytest.mark.parametrize("command", [demo.up, demo.reset])
def test_a_port_in_use_is_told_before_anything_is_done(command, busy_port):
    with pytest.raises(StepFailed, match=f"Port {busy_port} is in use"):
        command()


@pytest.mark.parametrize("command", [demo.up, demo.reset])
def test_a_wrong_port_is_told_before_anything_is_done(command, monkeypatch):
    monkeypatch.setenv("PORT", "80x")
    with pytest.raises(settings.SettingsError, match="PORT=80x"):
        command()


def test_the_port_of_the_running_demo_is_not_taken(busy_port, monkeypatch):
    monkeypatch.setattr(demo.serve, "record", lambda name: {"port": busy_port})
    demo.check_port()
