import pytest
from box import settings, steps
from box.steps import Step, StepFailed


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    for name in ("CACHE", "LOGS", "STAMPS"):
        monkeypatch.setattr(settings, name, tmp_path / name)


def step(make=lambda log: None, is_done=lambda: False):
    return Step("tea", "Tea", is_done, make, advice="boil water.")


def test_a_step_says_what_it_does(capsys):
    steps.run_steps([step()])
    assert capsys.readouterr().out == "[1/1] Tea ...\n[1/1] Tea: done (0 s)\n"


def test_what_is_done_is_left_alone(capsys):
    def never(log):
        raise AssertionError

    steps.run_steps([step(never, is_done=lambda: True)])
    assert capsys.readouterr().out == "[1/1] Tea: ready\n"


def test_quiet_says_nothing_when_nothing_is_missing(capsys):
    steps.run_steps([step(is_done=lambda: True)], quiet=True)
    assert capsys.readouterr().out == ""


def test_a_failure_names_the_step_its_last_words_and_the_way_on():
    def fail(log):
        log.run(["sh", "-c", "echo no water; exit 3"])

    with pytest.raises(StepFailed) as failure:
        steps.run_steps([step(fail)])
    text = str(failure.value)
    assert "'Tea' failed: sh ended with code 3" in text
    assert "    no water" in text
    assert "How to go on: boil water." in text


def test_a_stamp_is_written_at_once():
    assert steps.read_stamp("tea") is None
    steps.write_stamp("tea", "green")
    assert steps.read_stamp("tea") == "green"
    steps.drop_stamp("tea")
    assert steps.read_stamp("tea") is None


def test_a_lock_that_somebody_holds():
    with steps.lock("tea"), steps.try_lock("tea") as free:
        assert not free
    with steps.try_lock("tea") as free:
        assert free
