"""Two users at once, with real connections and processes: nothing lost, nothing twice.

One run of Odoo plays all cases on a copy of the database with the add-on.
"""

import json
from pathlib import Path

import pytest
from box import databases, settings
from box.steps import Log, StepFailed

SCRIPTS = Path(__file__).parents[1]
CASES = [
    "two_post_for_one_payee",
    "one_posts_on_an_old_picture",
    "one_posts_while_another_sweeps",
    "pay_and_refund",
    "two_compute_statements",
    "confirm_while_another_computes",
    "two_post_statements",
    "two_post_an_agents_bill",
    "two_take_back_an_entry",
    "killed_while_crediting",
    "killed_while_posting_statements",
    "posted_twice_by_rpc",
    "one_posts_while_another_starts_closing",
    "killed_while_bringing_in_history",
    "two_spend_the_same_points",
    "two_redeem_the_last_piece",
    "two_thank_out_of_one_allowance",
    "two_settle_one_challenge",
    "two_promise_the_same_points",
]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    path = tmp_path_factory.mktemp("together") / "results.json"
    environment = {
        "SCG_SCRIPTS": str(SCRIPTS),
        "SCG_REFERENCE": str(settings.ADDON_DIR / "tests"),
        "SCG_RESULTS": str(path),
    }
    name = databases.run_name()
    databases.copy_addon(name)
    log = Log(f"together-{name}")
    try:
        script = SCRIPTS / "shell" / "together.py"
        databases.run_script(log, name, script, environment)
    except StepFailed as failure:
        pytest.fail("\n".join([str(failure), str(log.path), *log.tail(40)]))
    finally:
        databases.drop(name)
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES)
def test_together(results, case):
    assert results[case] == ""


def test_every_case_is_looked_at(results):
    assert sorted(results) == sorted(CASES)
