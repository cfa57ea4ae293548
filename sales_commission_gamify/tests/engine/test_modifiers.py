"""Accelerators, gates, multipliers, floors and caps."""

from decimal import Decimal as D

from engine import Accelerator, Gate, Multiplier, PeriodFacts, in_words, price
from reading import number, numbers, table, terms

WHOLE = {"application": "retroactive"}


def by_quota(quota):
    return {"lookup": "attainment", "quota": number(quota)}


def accelerators(text):
    """``100: 150% | 150: 200%``"""
    steps = [step.split(":") for step in text.split("|")]
    return {
        "accelerators": tuple(
            Accelerator(number(bound), number(percent.strip().removesuffix("%")))
            for bound, percent in steps
        )
    }


@table(
    "steps modifiers sold paid",
    {
        "A01": ("0: 10% | 100: 20%", by_quota("33,000"), "40,000", "4,700"),
        "A01 accelerated": (
            "0: 10%",
            {"quota": D(33_000)} | accelerators("100: 200%"),
            "40,000",
            "4,700",
        ),
        "A02": (
            "0: 5% | 50: 10% whole | 100: 20% excess",
            by_quota("33,000"),
            "10,000 16,500 20,000 40,000",
            "   500  1,650  2,000  4,700",
        ),
        "A03": (
            "0: 0% | 60: 6% whole | 100: 9% excess",
            by_quota("100,000"),
            "59,000 60,000 120,000",
            "     0  3,600   7,800",
        ),
        "A03 gate and accelerator": (
            "0: 6%",
            {"quota": D(100_000), "gates": (Gate(D(60)),)} | accelerators("100: 150%"),
            "59,000 60,000 120,000",
            "     0  3,600   7,800",
        ),
        "A05": ("0: 2.5% | 100: 5%", by_quota("198,000"), "220,000", "6,050"),
        "A06": (
            "0: 10%",
            {"quota": D(100_000)} | accelerators("100: 150% | 150: 200%"),
            "160,000 -160,000",
            " 19,500  -19,500",
        ),
        # the jump to a retroactive step is not accelerated, new sales are
        "accelerated on the bound of a jump": (
            "0: 5% | 100: 10% whole",
            by_quota("1,000") | {"edge": "lower"} | accelerators("100: 200%"),
            "1,000 1,100",
            "   50   120",
        ),
        "A12": (
            "0: 0% of target | 50: 50% of target | 100: 100% of target "
            "| 125: 125% of target | 150: 150% of target",
            by_quota("100") | {"target_incentive": D(2000)} | WHOLE,
            "0    50   100   125   150",
            "0 1,000 2,000 2,500 3,000",
        ),
        "A14": (
            "0: 20%",
            {"lookup": "document", "cap_per_document": D(500)},
            "5,000 2,500 2,000 -5,000",
            "  500   500   400   -500",
        ),
        "accelerated from the first sale": (
            "0: 10%",
            by_quota("0.5") | accelerators("0: 150% | 100: 200%"),
            "0.4   0.6",
            "0.06 0.10",
        ),
        "hardly above the quota": (
            "0: 10%",
            {"quota": D("0.5"), "only_above_quota": True},
            "0.5 0.9 -0.9",
            "  0 .04 -.04",
        ),
        "cap below one": (
            "0: 20%",
            {"cap_per_period": D("0.50")},
            " 4   2  -4",
            "0.5 0.4 -0.5",
        ),
        "cap per period": (
            "0: 20%",
            {"cap_per_period": D(500)},
            "5,000 2,000 -5,000",
            "  500   400   -500",
        ),
        "floor": ("0: 5%", {"floor": D(10)}, "100 200 300 0 -100", "10 10 15 0 -5"),
        "a closed gate pays no floor": (
            "0: 5%",
            {"floor": D(10), "quota": D(100), "gates": (Gate(D(50)),)},
            "49 50",
            " 0 10",
        ),
        "what opened the gate opens it backwards": (
            "0: 6%",
            {"quota": D(100_000), "gates": (Gate(D(60)),)},
            "-59,000 -60,000",
            "      0  -3,600",
        ),
    },
)
def test_modifiers(steps, modifiers, sold, paid):
    for credited, pays in zip(numbers(sold), numbers(paid), strict=True):
        facts = PeriodFacts(credited, documents=(credited,))
        assert price(terms(steps, **modifiers), facts).amount == pays, credited


HURDLE = {
    "gates": tuple(Gate(D(95), "accelerators", key) for key in ("A", "B", "C")),
    "quota": D(100_000),
}


@table(
    "attained paid together",
    {
        "A08": ("110 105 80", "2,200 8,400 4,000", "14,600"),
        # 2 % and 4 % of A, 8 % and 12 % of B, C is below its quota
        "all three at the hurdle": ("110 105 95", "2,400 8,600 4,750", "15,750"),
    },
)
def test_hurdle_of_three_components(attained, paid, together):
    """The rate above quota opens only when all three reach 95 %."""
    attained = dict(zip("ABC", numbers(attained), strict=True))
    rates = {"A": ("0: 2%", "200%"), "B": ("0: 8%", "150%"), "C": ("0: 5%", "140%")}
    pays = [
        price(
            terms(base, **HURDLE, **accelerators(f"100: {faster}")),
            PeriodFacts(attained[key] * 1000, attainments=attained),
        ).amount
        for key, (base, faster) in rates.items()
    ]
    assert pays == list(numbers(paid))
    assert sum(pays) == number(together)


MARGIN = Multiplier(
    "margin",
    ((D(0), D(50)), (D(5), D(75)), (D(10), D(100)), (D(20), D(115)), (D(30), D(125))),
)


@table(
    "margin paid",
    {
        "A09 32 %": ("32", "112,500"),
        "A09 exactly 20 %": ("20", "103,500"),
        "A09 12 %": ("12", "90,000"),
        "A09 8 %": ("8", "67,500"),
        "A09 3 %": ("3", "45,000"),
        "sold at a loss": ("-4", "45,000"),
    },
)
def test_multiplier(margin, paid):
    """A09: 2 % to 3M and 3 % above, 90,000, times what the margin is worth."""
    by_margin = terms("0: 2% | 3M: 3%", multipliers=(MARGIN,))
    facts = PeriodFacts(D(4_000_000), measures={"margin": D(margin)})
    assert price(by_margin, facts).amount == number(paid)


def test_multiplier_on_the_edge_lower():
    lower = Multiplier("margin", MARGIN.steps, edge="lower")
    facts = PeriodFacts(D(1000), measures={"margin": D(20)})
    assert price(terms("0: 2%", multipliers=(lower,)), facts).amount == 20


@table(
    "now gross paid words",
    {
        "C01 as sold": ("100", None, "10", "100 at 5 % = 5; at least 10: 5"),
        # the sale's period is priced again: 10 before, 5 now, so 5 are taken back
        "C01 reversed in its period": (
            "0",
            "100",
            "5",
            "0 at 5 % = 0; at least 10: 5",
        ),
        "C01 reversed in a later period": ("-100", "0", "-5", "-100 at 5 % = -5"),
        "two fifths reversed": ("60", "100", "8", "60 at 5 % = 3; at least 10: 5"),
    },
)
def test_clawback_is_at_the_rate_not_at_the_floor(now, gross, paid, words):
    facts = PeriodFacts(number(now), gross=gross and PeriodFacts(number(gross)))
    priced = price(terms("0: 5%", floor=D(10)), facts)
    assert priced.amount == number(paid)
    assert in_words(priced.trace) == words


@table(
    "order sold paid",
    {
        # 200,000 × 10 % = 20,000 + 5,000 faster = 25,000, × 115 % = 28,750, at most
        "multiplied, then capped": ("cap_per_period", "200,000", "28,000"),
        # 20,000 × 10 % × 115 % = 2,300, at least
        "multiplied, then lifted": ("floor", "20,000", "2,500"),
    },
)
def test_order_of_work(order, sold, paid):
    limit = {"cap_per_period": D(28_000), "floor": D(2500)}[order]
    modified = terms(
        "0: 10%",
        quota=D(100_000),
        multipliers=(MARGIN,),
        **accelerators("100: 150%"),
        **{order: limit},
    )
    facts = PeriodFacts(number(sold), measures={"margin": D(25)})
    assert price(modified, facts).amount == number(paid)


def test_other_component_gate():
    """Nothing for services before half of the licences are sold."""
    services = terms("0: 5%", gates=(Gate(D(50), component="licences"),))

    def paid(attained):
        facts = PeriodFacts(D(1000), attainments={"licences": D(attained)})
        return price(services, facts).amount

    assert [paid("49.99"), paid("50"), paid("-80")] == [0, 50, 0]
