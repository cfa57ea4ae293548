"""Why an amount is what it is, in words and as JSON."""

import json
from decimal import Decimal as D

from engine import (
    Accelerator,
    Gate,
    Multiplier,
    PeriodFacts,
    Trace,
    compute_attainment,
    in_words,
    price,
)
from reading import number, table, terms

QUOTA = {"quota": D(100_000)}
FASTER = {"accelerators": (Accelerator(D(100), D(150)),)}
MARGIN = {"multipliers": (Multiplier("margin", ((D(0), D(50)), (D(20), D(115)))),)}


@table(
    "steps options sold words",
    {
        "two steps": (
            *("0: 5% | 100k: 8%", {}, "120k"),
            "100,000 at 5 % = 5,000; 20,000 at 8 % = 1,600",
        ),
        "taken back": ("0: 5%", {}, "-99.90", "-99.9 at 5 % = -4.995"),
        "nothing": ("0: 5%", {}, "0", "0 at 5 % = 0"),
        "on the bound": ("0: 5% | 10: 6%", {}, "10", "10 at 5 % = 0.5"),
        "units": ("0: 2.5 each", {}, "4", "4 × 2.5 = 10"),
        "fixed": ("0: 0 | 10: 250", {}, "12", "fixed = 0; fixed = 250"),
        "attainment": (
            *("0: 10% | 100: 20%", QUOTA | {"lookup": "attainment"}, "110k"),
            "110,000 of 100,000 = 110 %; 100,000 at 10 % = 10,000; "
            "10,000 at 20 % = 2,000",
        ),
        "target": (
            *("0: 50% of target", {"target_incentive": D(2000)}, "1"),
            "50 % of target 2,000 = 1,000",
        ),
        "excess": (
            *("0: 4%", QUOTA | {"only_above_quota": True}, "120k"),
            "120,000 - quota 100,000 = 20,000; 20,000 at 4 % = 800",
        ),
        "gate": (
            *("0: 6%", QUOTA | {"gates": (Gate(D(60)),)}, "59k"),
            "59 % is below 60 %: no pay",
        ),
        "gate of another": (
            *("0: 6%", {"gates": (Gate(D(60), component="licences"),)}, "59k"),
            "licences: 33.33 % is below 60 %: no pay",
        ),
        "accelerators closed": (
            *("0: 6%", QUOTA | FASTER | {"gates": (Gate(D(200), "accelerators"),)}),
            "110k",
            "110,000 at 6 % = 6,600; 110 % is below 200 %: no accelerators",
        ),
        "accelerator": (
            *("0: 6%", QUOTA | FASTER, "110k"),
            "110,000 at 6 % = 6,600; 600 × 150 % above 100 % of quota: 300",
        ),
        "multiplier": (
            *("0: 6%", MARGIN, "1000"),
            "1,000 at 6 % = 60; 60 × 115 % for margin 25: 9",
        ),
        "floor": ("0: 5%", {"floor": D(9)}, "100", "100 at 5 % = 5; at least 9: 4"),
        "cap": (
            *("0: 5%", {"cap_per_period": D(9)}, "200"),
            "200 at 5 % = 10; at most 9: -1",
        ),
        "just at the cap": ("0: 5%", {"cap_per_period": D(9)}, "180", "180 at 5 % = 9"),
        "cap of a document": (
            *("0: 5%", {"lookup": "document", "cap_per_document": D(9)}, "200"),
            "200 at 5 % = 10; at most 9: -1",
        ),
    },
)
def test_in_words(steps, options, sold, words):
    facts = PeriodFacts(
        number(sold),
        quantity=number(sold),
        documents=(number(sold),),
        attainments={"licences": compute_attainment(D(1), D(3))},
        measures={"margin": D(25)},
    )
    priced = price(terms(steps, **options), facts)
    assert in_words(priced.trace) == words
    stored = json.loads(json.dumps(priced.trace.to_json()))
    assert Trace.from_json(stored) == priced.trace


def test_in_words_of_another_country():
    priced = price(terms("0: 5%"), PeriodFacts(D(100)))
    words = in_words(priced.trace, "{:.2f} €".format, "{} Prozent".format)
    assert words == "100.00 € at 5 Prozent = 5.00 €"


def test_json_keeps_every_digit_as_text():
    priced = price(terms("0: 5% | 100k: 8%"), PeriodFacts(number("100,000.10")))
    assert priced.trace.to_json() == [
        {
            "kind": "step",
            "bound": "0",
            "base": "100000",
            "percent": "5",
            "amount": "5000",
        },
        {
            "kind": "step",
            "bound": "100000",
            "base": "0.1",
            "percent": "8",
            "amount": "0.008",
        },
    ]


def test_documents_are_numbered():
    facts = PeriodFacts(D(30), documents=(D(10), D(20)))
    rows = price(terms("0: 5%", lookup="document"), facts).trace.to_json()
    assert [(row["document"], row["amount"]) for row in rows] == [(1, "0.5"), (2, "1")]
