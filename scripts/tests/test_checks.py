from pathlib import Path

from box.checks import paths_within

TESTS = Path("/addon/tests")
ENGINE = TESTS / "engine"


def test_a_chosen_file_goes_to_the_suite_it_belongs_to():
    chosen = [ENGINE / "test_tiers.py", TESTS / "test_payout.py::TestPayout"]
    assert paths_within(ENGINE, chosen) == chosen[:1]
    assert paths_within(TESTS, chosen, without=(ENGINE,)) == chosen[1:]


def test_the_folder_itself_is_a_choice():
    assert paths_within(TESTS, [TESTS]) == [TESTS]
