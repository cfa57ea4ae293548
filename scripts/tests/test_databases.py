import os

import pytest
from box import databases


@pytest.fixture(autouse=True)
def private(monkeypatch):
    monkeypatch.setattr(databases, "prefix", lambda: "")


def test_files_that_a_database_depends_on_change_the_fingerprint(tmp_path):
    (tmp_path / "models").mkdir()
    model = tmp_path / "models" / "plan.py"
    model.write_text("one")
    before = databases.addon_fingerprint(tmp_path)
    model.write_text("two")
    assert databases.addon_fingerprint(tmp_path) != before


@pytest.mark.parametrize("name", ["tests/test_plan.py", "models/__pycache__/plan.pyc"])
def test_other_files_do_not(tmp_path, name):
    before = databases.addon_fingerprint(tmp_path)
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text("anything")
    assert databases.addon_fingerprint(tmp_path) == before


def test_every_run_has_a_database_of_its_own(monkeypatch):
    monkeypatch.delenv("KEEP", raising=False)
    assert databases.run_name() != databases.run_name()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (f"run_{os.getpid()}_abc123", False),
        ("run_4194999_abc123", True),
        ("kept_4194999_abc123", False),
        ("demo", False),
        ("running_4194999_abc123", False),
    ],
)
def test_only_the_copies_of_ended_runs_are_orphans(name, expected):
    assert databases.is_orphan(name) is expected
