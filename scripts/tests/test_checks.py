import os
from pathlib import Path

import pytest
from box import checks, settings
from box.checks import paths_within

TESTS = Path("/addon/tests")
ENGINE = TESTS / "engine"


def test_a_chosen_file_goes_to_the_suite_it_belongs_to():
    chosen = [ENGINE / "test_tiers.py", TESTS / "test_payout.py::TestPayout"]
    assert paths_within(ENGINE, chosen) == chosen[:1]
    assert paths_within(TESTS, chosen, without=(ENGINE,)) == chosen[1:]


def test_the_folder_itself_is_a_choice():
    assert paths_within(TESTS, [TESTS]) == [TESTS]


def test_stories_are_told_as_wanted():
    assert checks.fuzz_settings({"SEEDS": "3", "FROM": "40", "STEPS": ""}) == {
        "STORY_SEEDS": "3",
        "STORY_FROM": "40",
        "STORY_STEPS": "300",
        "STORY_PATIENCE": "900",
    }


def test_a_number_of_stories_that_is_none_is_refused():
    with pytest.raises(settings.SettingsError, match="SEEDS=many is not a number"):
        checks.fuzz_settings({"SEEDS": "many"})


def test_fuzz_runs_the_stories_alone(monkeypatch):
    asked = {}

    def run(paths, arguments):
        asked.update(paths=paths, arguments=arguments, seeds=os.environ["STORY_SEEDS"])

    monkeypatch.setattr(checks, "run_odoo_tests", run)
    for name in ("STORY_SEEDS", "STORY_FROM", "STORY_STEPS", "STORY_PATIENCE"):
        monkeypatch.setenv(name, "")  # put back afterwards
    monkeypatch.setenv("SEEDS", "2")
    checks.run_fuzz()
    [path] = asked["paths"]
    test = asked["arguments"][-1]
    assert asked["seeds"] == "2"
    assert f"def test_{test}(" in path.read_text(encoding="utf-8")
