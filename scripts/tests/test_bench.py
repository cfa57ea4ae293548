"""The generator of the measurements: what it fills in is what Odoo would have made."""

import json

import pytest
from box import bench, databases, settings
from box.steps import Log, StepFailed

QUESTIONS = [
    "made_by_odoo",
    "posted_again",
    "computed_anew",
    "taken_back",
    "balanced",
    "opened",
]


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    path = tmp_path_factory.mktemp("bench") / "answers.json"
    name = databases.run_name()
    databases.copy(databases.template_name(), name)
    log = Log(f"bench-test-{name}")
    try:
        bench.fill(log, name, "S")
        script = settings.REPO / "scripts" / "shell" / "bench_check.py"
        databases.run_script(log, name, script, {"SCG_RESULTS": str(path)})
    except StepFailed as failure:
        pytest.fail("\n".join([str(failure), str(log.path), *log.tail(40)]))
    finally:
        databases.drop(name)
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("question", QUESTIONS)
def test_filled_database(answers, question):
    assert answers[question] == ""


@pytest.mark.parametrize(
    ("read", "environment", "answer"),
    [
        (bench.chosen_size, {}, "S"),
        (bench.chosen_size, {"SIZE": "L"}, "L"),
        (bench.chosen_measures, {"ONLY": "memory install"}, ["memory", "install"]),
    ],
)
def test_choice(read, environment, answer):
    assert read(environment) == answer


@pytest.mark.parametrize(
    ("read", "environment", "sentence"),
    [
        (bench.chosen_size, {"SIZE": "XL"}, "SIZE=XL: one of S, M, L"),
        (bench.chosen_measures, {"ONLY": "speed"}, "ONLY=speed: some of install"),
    ],
)
def test_wrong_choice(read, environment, sentence):
    with pytest.raises(settings.SettingsError, match=sentence):
        read(environment)
