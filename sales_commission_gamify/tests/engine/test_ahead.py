from dataclasses import replace
from decimal import Decimal as D

import pytest
from engine.ahead import find_marks, project
from engine.modifiers import Accelerator, Gate
from engine.pricing import ComponentTerms, PeriodFacts, price
from engine.rates import RateTable, Step
from hypothesis import given
from hypothesis import strategies as st


def table(*steps, kind="percent", **how):
    return RateTable(tuple(Step(D(at), kind, D(pays)) for at, pays in steps), **how)


def terms(rates, **rules):
    return ComponentTerms(rates, D("0.01"), **rules)


MARGINAL = terms(table((0, 5), (2000, 8), (5000, 10)))
WHOLE = terms(table((0, 5), (2000, 8), application="retroactive"))
FIXED = terms(table((0, 0), (3, 240), (5, 500), kind="fixed"))
ATTAINED = terms(table((0, 5), (100, 8), lookup="attainment"), quota=D(4000))
ABOVE = terms(table((0, 10)), quota=D(1000), only_above_quota=True)
GATED = terms(table((0, 5)), quota=D(1000), gates=(Gate(D(80)),))
FASTER = terms(
    table((0, 10)), quota=D(1000), accelerators=(Accelerator(D(100), D(150)),)
)
CAPPED = terms(table((0, 5), (2000, 8)), cap_per_period=D(60))
RUNNING = terms(table((0, 4), (150000, 6), lookup="running"))
BY_COUNT = terms(table((0, 5), (3, 8), lookup="count", application="retroactive"))
EACH_DEAL = terms(table((0, 5), (1000, 8), lookup="document"))
EACH_UNIT = terms(table((0, 10), (20, 15), kind="per_unit"))
LINE = terms(
    table((0, 0), (1000, 100), (2000, 300), kind="fixed", between="interpolated")
)


@pytest.mark.parametrize(
    ("rules", "facts", "unit", "expected"),
    [
        # (kind, distance, at once, rate, all of it at that rate)
        (
            MARGINAL,
            {"amount": 1200},
            "money",
            [("step", 800, 0, 8, False), ("step", 3800, 0, 10, False)],
        ),
        (MARGINAL, {"amount": 2000}, "money", [("step", 3000, 0, 10, False)]),
        (MARGINAL, {"amount": 5000}, "money", []),
        (
            MARGINAL,
            {"amount": -500},
            "money",
            [("step", 2500, 0, 8, False), ("step", 5500, 0, 10, False)],
        ),
        # 2,000 at 8 % instead of 5 %
        (WHOLE, {"amount": 1200}, "money", [("step", 800, 60, 8, True)]),
        (
            FIXED,
            {"amount": 1, "quantity": 1},
            "number",
            [("step", 2, 240, None, False), ("step", 4, 500, None, False)],
        ),
        (ATTAINED, {"amount": 1000}, "money", [("step", 3000, 0, 8, False)]),
        (ABOVE, {"amount": 400}, "money", [("step", 600, 0, 10, False)]),
        # what was sold below the gate is paid once it opens
        (
            GATED,
            {"amount": 300},
            "money",
            [("gate", 500, 40, 5, True), ("quota", 700, 0, None, False)],
        ),
        (FASTER, {"amount": 400}, "money", [("accelerator", 600, 0, 15, False)]),
        # 5 % reach the cap before the step is
        (CAPPED, {"amount": 1500}, "money", []),
        (
            RUNNING,
            {"amount": 20000, "before": 100000},
            "money",
            [("step", 30000, 0, 6, False)],
        ),
        (
            BY_COUNT,
            {"amount": 900, "quantity": 2},
            "money",
            [("step", 1, 27, 8, False)],
        ),
        (EACH_DEAL, {"amount": 900, "documents": (900,)}, "money", []),
        (
            EACH_UNIT,
            {"amount": 12, "quantity": 12},
            "number",
            [("step", 8, 0, 15, False)],
        ),
        (
            LINE,
            {"amount": 500},
            "money",
            [("step", 500, 0, 30, False), ("step", 1500, 0, 0, False)],
        ),
    ],
)
def test_next_marks(rules, facts, unit, expected):
    marks = find_marks(rules, _facts(facts), unit)
    assert [
        (mark.kind, mark.distance, mark.at_once, mark.rate, mark.is_whole)
        for mark in marks
    ] == expected


def _facts(values):
    documents = tuple(map(D, values.pop("documents", ())))
    return PeriodFacts(documents=documents, **{k: D(v) for k, v in values.items()})


def test_progress_counts_from_the_mark_reached():
    assert find_marks(MARGINAL, PeriodFacts(D(3500)), "money")[0].progress == D("0.5")
    assert find_marks(MARGINAL, PeriodFacts(D(-1)), "money")[0].progress == 0


@pytest.mark.parametrize(
    ("reached", "missing"), [("1", 3), ("2.5", 1), ("3", 1), ("4", 6)]
)
def test_sales_to_a_bound_that_belongs_to_the_step_below(reached, missing):
    rates = table((0, 5), (3, 8), (9, 9), lookup="count", edge="lower")
    facts = PeriodFacts(D(900), D(reached))
    marks = find_marks(terms(rates), facts, "money")
    assert marks[0].distance == missing


@pytest.mark.parametrize(
    ("rules", "facts", "passed", "pays"),
    [
        (MARGINAL, {"amount": 1500}, "0.5", 180),  # 2,000 at 5 %, 1,000 at 8 %
        (WHOLE, {"amount": 1500}, "0.5", 240),
        (CAPPED, {"amount": 1500}, "0.5", 60),
        (GATED, {"amount": 500}, "0.5", 50),
        (RUNNING, {"amount": 30000, "before": 100000}, "0.5", 2600),
        (FIXED, {"amount": 2, "quantity": 2}, "0.5", 240),
        # 7 sales in nine tenths of the time are 7 at its end, not 7.8
        (BY_COUNT, {"amount": 900, "quantity": 2}, "0.7", "64.29"),
        (EACH_DEAL, {"amount": 900, "documents": (900,)}, "0.5", None),
    ],
)
def test_what_the_pace_comes_to(rules, facts, passed, pays):
    priced = project(rules, _facts(facts), D(passed))
    assert (priced and priced.amount) == (pays and D(pays))


def test_single_step_by_deal_goes_on_at_its_rate():
    rules = terms(table((0, 5), lookup="document"))
    facts = PeriodFacts(D(1000), documents=(D(300), D(700)))
    assert project(rules, facts, D(1) / 3).amount == 150


amounts = st.integers(0, 8000)


@given(
    sold=amounts, steps=st.sets(st.integers(1, 6000), max_size=4), whole=st.booleans()
)
def test_reaching_a_mark_adds_what_it_says(sold, steps, whole):
    """Beside what its distance brings at the rate below, a mark adds ``at_once``."""
    rates = table(
        *((at, number + 1) for number, at in enumerate(sorted({0, *steps}))),
        application="retroactive" if whole else "marginal",
    )
    rules, facts = terms(rates), PeriodFacts(D(sold))
    for mark in find_marks(rules, facts, "money"):
        cent = D("0.01")
        below = price(rules, replace(facts, amount=mark.at - cent)).amount
        on = price(rules, replace(facts, amount=mark.at)).amount
        assert abs(on - below - mark.at_once) <= cent
        more = price(rules, replace(facts, amount=mark.at + cent * 100)).amount
        if mark.rate is not None:
            assert abs(more - on - mark.rate / 100) <= cent
