import pytest
from box import lanes


@pytest.fixture
def folder(tmp_path):
    """Nine tests, then six, four, three and a tour."""
    for name, tests in (("nine", 9), ("six", 6), ("four", 4), ("three", 3)):
        text = "".join(f"    def test_{n}(self):\n" for n in range(tests))
        (tmp_path / f"test_{name}.py").write_text(text, encoding="utf-8")
    tour = "    def test_tour(self):\n        self.start_tour('/', 'x')\n"
    (tmp_path / "test_tour.py").write_text(tour, encoding="utf-8")
    (tmp_path / "common.py").write_text("    def test_none(self):\n", encoding="utf-8")
    return tmp_path


def names(lane):
    return [path.stem.removeprefix("test_") for path in lane]


def test_each_file_is_in_one_lane(folder):
    found = [name for lane in lanes.split(folder, into=3) for name in names(lane)]
    assert sorted(found) == ["four", "nine", "six", "three", "tour"]


def test_lanes_are_about_equally_long(folder):
    two = [names(lane) for lane in lanes.split(folder, into=2)]
    assert two == [["nine", "six"], ["four", "three", "tour"]]


def test_what_belongs_to_another_suite_is_left_out(folder):
    other = folder / "apps"
    other.mkdir()
    (folder / "test_six.py").rename(other / "test_six.py")
    found = [name for lane in lanes.split(folder, (other,), 2) for name in names(lane)]
    assert "six" not in found


def test_no_lane_is_empty(folder):
    assert len(lanes.split(folder, into=9)) == 5
