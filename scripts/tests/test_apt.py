import pytest
from box import apt
from box.apt import Source
from box.steps import StepFailed

DEB822 = """\
# a comment
Types: deb deb-src
URIs: http://mirror.example/debian http://second.example/debian
Suites: bookworm bookworm-updates
Components: main
  contrib
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://source.example/debian
Suites: bookworm
Components: main
"""


def test_deb822():
    first, second = apt.parse_deb822(DEB822)
    assert first == Source(
        uris=("http://mirror.example/debian", "http://second.example/debian"),
        suites=("bookworm", "bookworm-updates"),
        components=("main", "contrib"),
        signed_by="/usr/share/keyrings/debian.gpg",
    )
    assert second.suites == ("bookworm-security",)


def test_a_key_inside_the_file_is_left_out():
    key = "Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----"
    text = f"Types: deb\nURIs: http://m\nSuites: s\nComponents: main\n{key}"
    assert apt.parse_deb822(text)[0].signed_by == ""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "deb http://m/debian bookworm main contrib # why",
            Source(("http://m/debian",), ("bookworm",), ("main", "contrib")),
        ),
        (
            "deb [arch=amd64 signed-by=/k.gpg] http://m/debian bookworm main",
            Source(("http://m/debian",), ("bookworm",), ("main",), "/k.gpg"),
        ),
    ],
)
def test_one_line(line, expected):
    assert apt.parse_one_line(line) == [expected]


@pytest.mark.parametrize(
    "line", ["", "# deb http://m bookworm main", "deb-src http://m s"]
)
def test_other_lines_are_no_source(line):
    assert apt.parse_one_line(line) == []


def test_machine_sources(tmp_path):
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (tmp_path / "sources.list").write_text("deb http://one bookworm main\n")
    (parts / "debian.sources").write_text(DEB822)
    (parts / "off.list.disabled").write_text("deb http://off bookworm main\n")
    found = apt.machine_sources(tmp_path)
    assert [source.uris[0] for source in found] == [
        "http://one",
        "http://mirror.example/debian",
        "http://mirror.example/debian-security",
    ]


def test_third_parties_are_left_out():
    sources = [
        Source(("http://vendor",), ("stable",), ("main",)),
        Source(("http://m",), ("bookworm", "bookworm-backports"), ("main", "contrib")),
    ]
    assert apt.of_release(sources, "bookworm") == [
        Source(("http://m",), ("bookworm",), ("main",))
    ]


def test_other_suites_come_from_the_same_archive():
    sources = [Source(("http://m",), ("bookworm",), ("main",), "/k.gpg")]
    (found,) = apt.for_suites(sources, "bookworm", "sid", "bookworm")
    assert found.line() == (
        "deb [signed-by=/k.gpg] http://m sid main\n"
        "deb [signed-by=/k.gpg] http://m bookworm main"
    )


def test_a_machine_without_debian_sources_is_told_so():
    with pytest.raises(StepFailed, match="archive"):
        apt.main_source([], "bookworm")


def test_codename(tmp_path):
    path = tmp_path / "os-release"
    path.write_text('NAME="Debian"\nVERSION_CODENAME=bookworm\n')
    assert apt.machine_codename(path) == "bookworm"
