import pytest
from box.settings import Server, SettingsError, given_server, server_of_url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://ann:s3cret@db:5433", Server("db", "5433", "ann", "s3cret")),
        ("postgres://db", Server("db", "", "", "")),
        (
            "postgresql://ann:p%40ss%2Fword@db/ignored",
            Server("db", "", "ann", "p@ss/word"),
        ),
        (
            "postgresql://ann@%2Frun%2Fpostgresql",
            Server("/run/postgresql", "", "ann", ""),
        ),
        ("postgresql:///?host=/run/postgresql", Server("/run/postgresql", "", "", "")),
    ],
)
def test_server_of_url(url, expected):
    assert server_of_url(url) == expected


@pytest.mark.parametrize("url", ["mysql://db", "db:5432", "postgresql://db:port"])
def test_a_wrong_url_is_refused(url):
    with pytest.raises(SettingsError):
        server_of_url(url)


def test_without_settings_the_cluster_is_private():
    assert given_server({"PGUSER": "ann"}) is None


def test_the_variables_of_libpq():
    env = {"PGHOST": "db", "PGUSER": "ann", "PGPASSWORD": "s3cret"}
    assert given_server(env) == Server("db", "", "ann", "s3cret")


def test_the_url_goes_before_the_variables():
    env = {"DATABASE_URL": "postgresql://one", "PGHOST": "two"}
    assert given_server(env).host == "one"


def test_an_empty_setting_is_left_to_libpq():
    assert Server(host="db").environment() == {"PGHOST": "db"}
