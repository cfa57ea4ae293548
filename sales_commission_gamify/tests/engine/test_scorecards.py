"""Scorecards, formulas, and what a level gets above the levels below."""

from decimal import Decimal as D

import pytest
from engine import (
    ComponentTerms,
    EngineError,
    Gate,
    PeriodFacts,
    Trace,
    in_words,
    price,
)
from engine.splits import compute_differentials
from hypothesis import given
from hypothesis import strategies as st
from reading import CENT, number, numbers, table, terms

BALANCED = {"weights": (("revenue", D(70)), ("customers", D(30)))}
MBO = (
    "0: 0% of target | 50: 50% of target | 100: 100% of target "
    "| 125: 125% of target | 150: 150% of target"
)
percents = st.decimals(0, 40, places=2)
amounts = st.decimals(0, 100_000, places=2)


def scored(revenue, customers):
    attained = {"revenue": number(revenue), "customers": number(customers)}
    return PeriodFacts(D(0), attainments=attained)


@table(
    "steps options attained paid",
    {
        "a score of 101": (MBO, {}, "110 80", "2,000"),
        "a score of 99.7": (MBO, {}, "110 75.67", "1,000"),
        "fixed grades": ("0: 0 | 90: 500 | 100: 800", {}, "100 100", "800"),
        "straight line": (
            "0: 0% of target | 100: 100% of target | 120: 200% of target",
            {"between": "interpolated"},
            "110 110",
            "3,000",
        ),
        "closed gate": (
            MBO,
            {"gates": (Gate(D(90), component="customers"),)},
            "130 80",
            "0",
        ),
        "gate of its own score": (MBO, {"gates": (Gate(D(105)),)}, "110 80", "0"),
        "nothing sold": (MBO, {}, "0 0", "0"),
    },
)
def test_scorecards(steps, options, attained, paid):
    policy = {"application": "retroactive", "lookup": "attainment", **options}
    card = terms(steps, target_incentive=D(2000), **BALANCED, **policy)
    assert price(card, scored(*attained.split())).amount == number(paid)


def test_scorecard_in_words():
    card = terms("0: 0 | 100: 800", application="retroactive", **BALANCED)
    priced = price(card, scored("110", "80"))
    assert in_words(priced.trace) == (
        "revenue: 110 % weighs 70 %; customers: 80 % weighs 30 %; fixed = 800"
    )
    assert Trace.from_json(priced.trace.to_json()) == priced.trace


@table(
    "options words",
    {
        "weights of 90 %": (
            {"weights": (("a", D(60)), ("b", D(30)))},
            "weights_not_whole",
        ),
        "negative weight": (
            {"weights": (("a", D(150)), ("b", D(-50)))},
            "weight_negative",
        ),
        "a percentage of a score": ({**BALANCED, "steps": "0: 5%"}, "scorecard_kinds"),
        "units of a score": ({**BALANCED, "steps": "0: 5 each"}, "scorecard_kinds"),
        "a running score": (
            {**BALANCED, "lookup": "running"},
            "scorecard_lookup",
        ),
        "only above 100": (
            {**BALANCED, "only_above_quota": True},
            "only_above_quota_lookup",
        ),
    },
)
def test_refused(options, words):
    with pytest.raises(EngineError, match=words):
        terms(options.pop("steps", "0: 5"), **options)


def test_attainment_that_nobody_knows():
    card = terms("0: 5", **BALANCED)
    with pytest.raises(EngineError, match="attainment_missing: component=customers"):
        price(card, PeriodFacts(D(0), attainments={"revenue": D(1)}))


@given(st.lists(st.tuples(st.integers(1, 50), percents), min_size=1, max_size=4))
def test_score_lies_between_its_attainments(parts):
    whole = sum(weight for weight, _ in parts)
    weights = [D(100 * weight // whole) for weight, _ in parts[:-1]]
    weights.append(100 - sum(weights, D(0)))
    card = terms(
        "0: 0 | 100: 100",
        between="interpolated",
        weights=tuple((str(at), weight) for at, weight in enumerate(weights)),
    )
    attained = {str(at): percent for at, (_, percent) in enumerate(parts)}
    paid = price(card, PeriodFacts(D(0), attainments=attained)).amount
    assert min(attained.values()) - CENT <= paid <= max(attained.values()) + CENT


# --- formula -----------------------------------------------------------------------


def _excess(priced_terms, facts):
    return max(D(0), facts.amount - priced_terms.quota) / 10


@table(
    "options sold paid words",
    {
        "formula": ({}, "150", "5", "max(…) = 5"),
        "capped": ({"cap_per_period": D(3)}, "150", "3", "max(…) = 5; at most 3: -2"),
        "gated": (
            {"gates": (Gate(D(200)),)},
            "150",
            "0",
            "150 % is below 200 %: no pay",
        ),
    },
)
def test_formula(options, sold, paid, words):
    by_formula = ComponentTerms(
        None, CENT, quota=D(100), formula=_excess, formula_text="max(…)", **options
    )
    priced = price(by_formula, PeriodFacts(number(sold)))
    assert priced.amount == number(paid)
    assert in_words(priced.trace) == words
    assert Trace.from_json(priced.trace.to_json()) == priced.trace


@table("result", {"a float": (0.1,), "not a number": (D("NaN"),), "nothing": (None,)})
def test_formula_gives_a_number(result):
    by_formula = ComponentTerms(None, CENT, formula=lambda *_: result)
    with pytest.raises(EngineError, match="not_a_number: field=formula"):
        price(by_formula, PeriodFacts(D(1)))


def test_only_counted_pays_nothing():
    priced = price(ComponentTerms(None, CENT), PeriodFacts(D(1000)))
    assert (priced.amount, priced.trace) == (0, ())


# --- differential ------------------------------------------------------------------


@table(
    "steps below paid words",
    {
        "one rate below": (
            "0: 12%",
            "1000 10",
            "20",
            "1,000 at 12 % = 120; less 100 that the levels below got",
        ),
        "a higher rate below": (
            "0: 11%",
            "1000 12",
            "0",
            "1,000 at 11 % = 110; less 110 that the levels below got",
        ),
        "one above and one below": (
            "0: 10%",
            "1000 12 1000 4",
            "60",
            "2,000 at 10 % = 200; less 140 that the levels below got",
        ),
        "taken back": (
            "0: 12%",
            "-1000 10",
            "-20",
            "-1,000 at 12 % = -120; less -100 that the levels below got",
        ),
    },
)
def test_differential(steps, below, paid, words):
    sold, rates = numbers(below)[::2], numbers(below)[1::2]
    facts = PeriodFacts(sum(sold, D(0)), below=tuple(zip(sold, rates, strict=True)))
    priced = price(terms(steps), facts)
    assert priced.amount == number(paid)
    assert in_words(priced.trace) == words


@given(amounts, st.lists(percents, min_size=1, max_size=5))
def test_a_chain_shares_its_highest_rate(amount, chain):
    """Level by level it is what the chain at once gives."""
    for level, due in enumerate(compute_differentials(amount, chain, D("1E-9"))):
        below = max(chain[:level], default=D(0))
        facts = PeriodFacts(amount, below=((amount, below),))
        paid = price(terms(f"0: {chain[level]}%", rounding=D("1E-9")), facts).amount
        assert abs(paid - due) <= D("1E-8")


@given(percents, st.lists(st.tuples(amounts, percents), min_size=1, max_size=5))
def test_a_level_never_owes_for_those_below(rate, below):
    total = sum((amount for amount, _ in below), D(0))
    pays = price(terms(f"0: {rate}%"), PeriodFacts(total, below=tuple(below))).amount
    assert 0 <= pays <= price(terms(f"0: {rate}%"), PeriodFacts(total)).amount
