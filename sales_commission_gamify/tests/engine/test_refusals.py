"""Rules that cannot be priced are refused when they are written down."""

from decimal import Decimal as D

import pytest
from engine import (
    Accelerator,
    ComponentTerms,
    EngineError,
    Gate,
    Multiplier,
    PeriodFacts,
    RateTable,
    Step,
    price,
)
from reading import CENT, number, table, terms

FASTER = {"accelerators": (Accelerator(D(100), D(150)),)}


@table(
    "steps options refusal",
    {
        "no step at 0": ("10: 5%", {}, "first_bound_not_zero: bound=10"),
        "below 0": ("-5: 5% | 0: 6%", {}, "first_bound_not_zero: bound=-5"),
        "two at 10": ("0: 5% | 10: 6% | 10: 7%", {}, "bound_twice: bound=10"),
        "percentages and amounts between": (
            "0: 5% | 10: 6",
            {"between": "interpolated"},
            r"interpolated_kinds: kinds=\('fixed', 'percent'\)",
        ),
        "a rate that moves with its own excess": (
            "0: 5% | 10: 6%",
            {"between": "interpolated"},
            "interpolated_marginal_rate: kind=percent",
        ),
        "units of what was before": (
            "0: 5 each",
            {"lookup": "running"},
            "per_unit_lookup: lookup=running",
        ),
        "units of a document": (
            "0: 5 each",
            {"lookup": "document"},
            "per_unit_lookup: lookup=document",
        ),
        "unknown lookup": ("0: 5%", {"lookup": "mood"}, "unknown_choice: field=lookup"),
        "unknown edge": ("0: 5%", {"edge": "left"}, "unknown_choice: field=edge"),
        "unknown between": ("0: 5%", {"between": "x"}, "unknown_choice: field=between"),
        "unknown application": (
            "0: 5%",
            {"application": "both"},
            "unknown_choice: field=application",
        ),
        "quota of 0": ("0: 5%", {"quota": D(0)}, "quota_not_positive: quota=0"),
        "quota below 0": ("0: 5%", {"quota": D(-1)}, "quota_not_positive: quota=-1"),
        "float quota": (
            "0: 5%",
            {"quota": 0.1},
            "not_a_number: field=quota, value=0.1",
        ),
        "endless floor": ("0: 5%", {"floor": D("Infinity")}, "not_a_number: field=flo"),
        "floor below 0": ("0: 5%", {"floor": D(-1)}, "limit_negative: limit=floor"),
        "cap below 0": (
            "0: 5%",
            {"cap_per_period": D(-1)},
            "limit_negative: limit=cap_per_period, value=-1",
        ),
        "floor above cap": (
            "0: 5%",
            {"floor": D(20), "cap_per_period": D(10)},
            "floor_above_cap: floor=20, cap=10",
        ),
        "cap of documents priced together": (
            "0: 5%",
            {"cap_per_document": D(10)},
            "cap_per_document_lookup: lookup=amount",
        ),
        "rounding to 0": (
            "0: 5%",
            {"rounding": D(0)},
            "rounding_not_positive: rounding",
        ),
        "rounding to a float": ("0: 5%", {"rounding": 0.01}, "not_a_number: field=r"),
        "rounding to NaN": ("0: 5%", {"rounding": D("NaN")}, "not_a_number: field=r"),
        "accelerated documents": (
            "0: 5%",
            {"lookup": "document"} | FASTER,
            "accelerator_lookup: lookup=document",
        ),
        "accelerated amounts": ("0: 5", FASTER, "accelerator_kinds"),
        "accelerated twice": (
            "0: 5%",
            {"accelerators": FASTER["accelerators"] * 2},
            "bound_twice: bound=100",
        ),
        "nothing to accelerate": (
            "0: 5%",
            {"gates": (Gate(D(95), "accelerators"),)},
            "gate_closes_nothing",
        ),
        "excess of attainment": (
            "0: 5%",
            {"lookup": "attainment", "only_above_quota": True},
            "only_above_quota_lookup: lookup=attainment",
        ),
        "units of the excess": (
            "0: 5 each",
            {"only_above_quota": True},
            "only_above_quota_per_unit",
        ),
    },
)
def test_refused_terms(steps, options, refusal):
    with pytest.raises(EngineError, match=f"^{refusal}"):
        terms(steps, **options)


@table(
    "refusal build",
    {
        "no steps": ("no_steps", lambda: RateTable(())),
        "step from a float": (
            "not_a_number: field=bound, value=0.5",
            lambda: Step(0.5, "percent", D(5)),
        ),
        "step from a flag": (
            "not_a_number: field=value, value=True",
            lambda: Step(D(0), "percent", True),
        ),
        "unknown kind": (
            "unknown_choice: field=kind",
            lambda: Step(D(0), "praise", D(5)),
        ),
        "unknown application": (
            "unknown_choice: field=application",
            lambda: Step(D(0), "percent", D(5), "both"),
        ),
        "unknown gate": (
            "unknown_choice: field=closes",
            lambda: Gate(D(50), "the shop"),
        ),
        "accelerator below 0": (
            "bound_negative: bound=-1",
            lambda: Accelerator(D(-1), D(150)),
        ),
        "multiplier without 0": (
            "first_bound_not_zero: bound=5",
            lambda: Multiplier("margin", ((D(5), D(100)),)),
        ),
        "multiplier, twice 0": (
            "bound_twice: bound=0",
            lambda: Multiplier("margin", ((D(0), D(100)), (D(0), D(50)))),
        ),
        "multiplier, unknown edge": (
            "unknown_choice: field=edge",
            lambda: Multiplier("margin", ((D(0), D(100)),), "left"),
        ),
    },
)
def test_refused_parts(refusal, build):
    with pytest.raises(EngineError, match=f"^{refusal}"):
        build()


@table(
    "steps options refusal",
    {
        "no quota": ("0: 5% | 50: 6%", {"lookup": "attainment"}, "quota_missing"),
        "no quota, one step": ("0: 5%", {"lookup": "attainment"}, "quota_missing"),
        "no quota for the gate": ("0: 5%", {"gates": (Gate(D(5)),)}, "quota_missing"),
        "no quota to exceed": ("0: 5%", {"only_above_quota": True}, "quota_missing"),
        "no quota to accelerate from": ("0: 5%", FASTER, "quota_missing"),
        "no target": ("0: 5% of target", {}, "target_incentive_missing"),
        "no attainment": (
            "0: 5%",
            {"gates": (Gate(D(5), component="licences"),)},
            "attainment_missing: component=licences",
        ),
        "no margin": (
            "0: 5%",
            {"multipliers": (Multiplier("margin", ((D(0), D(100)),)),)},
            "measure_missing: measure=margin",
        ),
        "documents that do not add up": (
            "0: 5%",
            {"lookup": "document"},
            "documents_not_whole: amount=100, documents=90",
        ),
    },
)
def test_refused_facts(steps, options, refusal):
    facts = PeriodFacts(D(100), documents=(D(60), D(30)))
    with pytest.raises(EngineError, match=f"^{refusal}"):
        price(terms(steps, **options), facts)


def test_a_refusal_carries_what_a_sentence_needs():
    with pytest.raises(EngineError) as refused:
        terms("0: 5% | 1,000: 6% | 1,000: 7%")
    assert (refused.value.code, refused.value.values) == (
        "bound_twice",
        {"bound": 1000},
    )


def test_whole_numbers_are_welcome():
    table = RateTable((Step(0, "percent", 5),))
    assert price(ComponentTerms(table, CENT), PeriodFacts(100)).amount == 5


def test_terms_of_a_payee():
    """The plan's rules with the payee's own quota and target."""
    plan = terms("0: 5% of target", lookup="attainment")
    payee = plan.with_quota(number("10k"), number("2k"))
    assert price(payee, PeriodFacts(D(1))).amount == 100
    assert (plan.quota, payee.rates) == (None, plan.rates)
    with pytest.raises(EngineError, match="quota_not_positive: quota=0"):
        plan.with_quota(D(0))
    with pytest.raises(EngineError, match="not_a_number: field=target_incentive"):
        plan.with_quota(D(1), 0.5)
