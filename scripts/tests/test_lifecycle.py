"""The add-on comes and goes without a word in the log and without a trace.

On a copy of the template database: install, fill with the demo company, upgrade,
uninstall. Slow, so each step runs once and the tests look at what it left.
"""

import re

import pytest
from box import databases, demo, serve, settings
from box.steps import Log, StepFailed, run_steps

COMPLAINT = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) ")

# Complaints that are not ours, each with its reason.
ALLOWED = ()


def complaints(log):
    """Lines of trouble, with what follows up to the next line of the log."""
    found, inside = [], False
    for line in log.read().splitlines():
        if re.match(r"^\d{4}-\d\d-\d\d ", line):
            inside = bool(COMPLAINT.match(line)) and not is_allowed(line)
        if inside:
            found.append(line)
    return found


def is_allowed(line):
    return any(text in line for text in ALLOWED)


def run(name, work):
    """Do one step with a log of its own; a failure shows that log's end."""
    log = Log(name)
    try:
        work(log)
    except StepFailed as failure:
        pytest.fail("\n".join([str(failure), str(log.path), *log.tail(30)]))
    return log


def run_script(name, database, script, environment=()):
    path = demo.SCRIPTS / script
    return run(
        f"{name}-{database}",
        lambda log: databases.run_script(log, database, path, environment),
    )


@pytest.fixture(scope="module")
def database():
    run_steps([databases.TEMPLATE_STEP], quiet=True)
    name = databases.run_name()
    databases.copy(databases.template_name(), name)
    yield name
    serve.stop(name)
    databases.drop(name)


@pytest.fixture(scope="module")
def installed(database):
    return run(
        f"lifecycle-install-{database}",
        lambda log: databases.install(log, database, [settings.ADDON]),
    )


@pytest.fixture(scope="module")
def filled(database, installed, tmp_path_factory):
    """Rows in every table make the upgrade and the uninstallation worth something."""
    logins = {"SCG_LOGINS": str(tmp_path_factory.mktemp("demo") / "logins.json")}
    return run_script("lifecycle-fill", database, "build_demo.py", logins)


@pytest.fixture(scope="module")
def upgraded(database, filled):
    return run(
        f"lifecycle-upgrade-{database}",
        lambda log: databases.install(log, database, [settings.ADDON], option="-u"),
    )


@pytest.fixture(scope="module")
def uninstalled(database, upgraded):
    return run_script("lifecycle-uninstall", database, "uninstall.py")


def test_installing_logs_no_complaint(installed):
    assert complaints(installed) == []


def test_building_the_demo_company_logs_no_complaint(filled):
    assert complaints(filled) == []


def test_upgrading_logs_no_complaint(upgraded):
    assert complaints(upgraded) == []


def test_uninstalling_logs_no_complaint(uninstalled):
    assert complaints(uninstalled) == []


LEFT = {
    "tables, views, indexes and sequences": """
        SELECT relname FROM pg_class WHERE relname ~ '^sales_commission'
    """,
    "columns": """
        SELECT table_name || '.' || column_name FROM information_schema.columns
         WHERE column_name ~ 'sales_commission'
    """,
    "functions and triggers": """
        SELECT proname FROM pg_proc WHERE proname ~ 'sales_commission'
         UNION SELECT tgname FROM pg_trigger WHERE tgname ~ 'sales_commission'
    """,
    "external identifiers": """
        SELECT module || '.' || name FROM ir_model_data
         WHERE module = 'sales_commission_gamify'
    """,
    "models and fields": """
        SELECT model FROM ir_model WHERE model ~ '^sales[.]commission'
         UNION SELECT model || '.' || name FROM ir_model_fields
         WHERE name ~ 'sales_commission' OR relation ~ '^sales[.]commission'
    """,
    "views": """
        SELECT name FROM ir_ui_view WHERE arch_db::text ~ 'sales_commission'
    """,
    "actions": """
        SELECT name::text FROM ir_act_window WHERE res_model ~ '^sales[.]commission'
    """,
    "parameters and sequences": """
        SELECT key FROM ir_config_parameter WHERE key ~ 'sales_commission'
         UNION SELECT code FROM ir_sequence WHERE code ~ 'sales.commission'
    """,
}


@pytest.mark.parametrize("what", LEFT)
def test_nothing_is_left(database, uninstalled, what):
    assert databases.sql(LEFT[what], database=database) == []


def test_an_invoice_can_be_posted_afterwards(database, uninstalled):
    log = run_script("lifecycle-invoice", database, "post_invoice.py")
    assert complaints(log) == []


def test_odoo_answers_afterwards(database, uninstalled):
    port = serve.free_port(8200, chosen=False)
    serve.start(database, database, port, "--max-cron-threads", 0)
    assert serve.answers(port)
    assert serve.stop(database)


def addresses(database):
    return dict(
        databases.sql(
            "SELECT key, value FROM ir_config_parameter"
            " WHERE key IN ('report.url', 'web.base.url')",
            database=database,
        )
    )


def test_reports_and_links_lead_to_the_port_it_is_served_on(database, uninstalled):
    for port in (8201, 8202):
        serve.note_address(database, port)
        assert addresses(database) == {
            "report.url": f"http://127.0.0.1:{port}",
            "web.base.url": f"http://localhost:{port}",
        }


def test_links_keep_the_name_that_others_know_it_by(database, uninstalled):
    databases.sql(
        "UPDATE ir_config_parameter SET value = 'https://odoo.example.com'"
        " WHERE key = 'web.base.url'",
        database=database,
    )
    serve.note_address(database, 8203)
    assert addresses(database) == {
        "report.url": "http://127.0.0.1:8203",
        "web.base.url": "https://odoo.example.com",
    }
