"""What must hold for every plan, not only for those in the tables."""

from datetime import date, timedelta
from decimal import Decimal as D
from decimal import localcontext
from fractions import Fraction

from engine import (
    Accelerator,
    ComponentTerms,
    Multiplier,
    PeriodFacts,
    RateTable,
    Step,
    Trace,
    allocate,
    price,
    round_to,
)
from engine.deferral import compute_schedule
from engine.draws import Draw, settle_draw
from engine.money import round_together
from engine.payable import compute_payable, release_collected
from engine.periods import KINDS, Period, period_of, prorate, tile
from engine.points import compute_amount_points
from engine.rates import APPLICATIONS, EDGES
from engine.splits import compute_overrides, roll_up, split_amount
from hypothesis import assume, given
from hypothesis import strategies as st
from reading import CENT

money = st.decimals(-100_000, 100_000, places=2)
sales = st.decimals(0, 100_000, places=2)
percents = st.decimals(0, 40, places=2)
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
roundings = st.sampled_from([D("0.01"), D("0.05"), D(1), D("0.001"), D(10)])
weights = st.lists(st.decimals(0, 1000, places=3), min_size=1, max_size=8).filter(any)


@st.composite
def rate_tables(draw, kinds=("percent", "fixed"), rising=False, **policy):
    """Tables of up to five steps, by amount unless *policy* says more."""
    bounds = draw(st.sets(st.integers(1, 900), max_size=4))
    kind = draw(st.sampled_from(kinds))
    values = draw(st.lists(percents, min_size=5, max_size=5))
    if rising:
        values.sort()
    choices = {
        "application": draw(st.sampled_from(APPLICATIONS)),
        "edge": draw(st.sampled_from(EDGES)),
        **policy,
    }
    steps = (
        Step(D(bound) * 100, kind, value)
        for bound, value in zip([0, *sorted(bounds)], values, strict=False)
    )
    return RateTable(tuple(steps), **choices)


@st.composite
def mixed_tables(draw, rising=False):
    table = draw(rate_tables(kinds=("percent",), rising=rising))
    applications = st.sampled_from((*APPLICATIONS, None))
    steps = (
        Step(step.bound, step.kind, step.value, draw(applications))
        for step in table.steps
    )
    return RateTable(tuple(steps), table.application, table.edge)


@st.composite
def component_terms(draw):
    """A table with any of the modifiers that go with it."""
    factors = st.lists(
        st.tuples(st.integers(50, 200), st.integers(50, 300)), max_size=2
    )
    bounds = dict(draw(factors))
    accelerators = (Accelerator(D(at), D(percent)) for at, percent in bounds.items())
    multiplier = Multiplier("margin", ((D(0), draw(percents)), (D(10), D(120))))
    floor, cap = sorted((draw(sales), draw(sales)))
    return ComponentTerms(
        draw(mixed_tables()),
        draw(roundings),
        quota=D(30_000),
        accelerators=tuple(accelerators),
        multipliers=draw(st.sampled_from(((), (multiplier,)))),
        floor=draw(st.sampled_from((None, floor))),
        cap_per_period=draw(st.sampled_from((None, cap))),
    )


def cents(table):
    return ComponentTerms(table, CENT)


def paid(table, amount, **facts):
    return price(cents(table), PeriodFacts(amount, **facts)).amount


def sold(amount, margin=D(12)):
    return PeriodFacts(amount, measures={"margin": margin})


# --- pricing ---------------------------------------------------------------------


@given(component_terms(), money)
def test_trace_adds_up_to_the_amount(terms, amount):
    priced = price(terms, sold(amount))
    assert priced.amount == round_to(priced.trace.total, terms.rounding)
    assert abs(priced.amount - priced.trace.total) * 2 <= terms.rounding
    assert Trace.from_json(priced.trace.to_json()) == priced.trace


@given(mixed_tables(), money)
def test_table_pays_what_the_rule_says(table, amount):
    """Each stretch of the amount at its own rate, told in fractions.

    The stretches above the highest retroactive step reached are paid by the steps
    they lie in, all below it by that step.
    """
    size, bounds = abs(amount), [*table.bounds, None]
    above = [
        index
        for index, bound in enumerate(table.bounds)
        if not index or bound < size or (bound == size and table.edge == "upper")
    ]
    lowest = max(
        (index for index in above if not table.marginal[index]), default=above[0]
    )
    pays = Fraction(0)
    for index in above:
        end = size if bounds[index + 1] is None else min(size, bounds[index + 1])
        stretch = Fraction(end) - Fraction(bounds[index])
        rate = table.steps[max(index, lowest)].value
        pays += max(stretch, Fraction(0)) * Fraction(rate) / 100
    expected = round_to(D(pays.numerator) / D(pays.denominator), CENT)
    assert paid(table, amount) == (expected if amount >= 0 else -expected)


rising_tables = st.one_of(
    rate_tables(rising=True),
    mixed_tables(rising=True),
    rate_tables(rising=True, between="interpolated", application="retroactive"),
)


@given(rising_tables, sales, sales)
def test_more_sales_never_pay_less_on_a_rising_table(table, less, more):
    less, more = sorted((less, more))
    assert paid(table, less) <= paid(table, more)


@given(rate_tables(kinds=("percent",), application="marginal"))
def test_marginal_is_continuous(table):
    """A cent more never brings more than a cent: no cliff at a bound."""
    for bound in table.bounds:
        assert abs(paid(table, bound + CENT) - paid(table, bound)) <= CENT
        assert abs(paid(table, bound) - paid(table, bound - CENT)) <= CENT


@given(rate_tables(kinds=("fixed",), between="interpolated"))
def test_interpolated_is_right_on_the_bounds(straight):
    flat = RateTable(straight.steps, straight.application)
    for bound in straight.bounds[1:]:
        assert paid(straight, bound) == paid(flat, bound)


@given(component_terms(), money)
def test_credit_then_reverse_is_zero(terms, amount):
    """Only a floor may stay with the payee."""
    assume(terms.floor is None)
    there, back = price(terms, sold(amount)), price(terms, sold(-amount))
    assert there.amount + back.amount == 0


@given(rate_tables(), money, money)
def test_running_total_then_reverse_is_zero(table, before, amount):
    running = RateTable(table.steps, table.application, table.edge, "running")
    there = paid(running, amount, before=before)
    back = paid(running, -amount, before=before + amount)
    assert there + back == 0


@given(rate_tables(), st.lists(money, max_size=6))
def test_periods_of_a_running_total_pay_what_the_year_pays(table, months):
    """However the year is cut: before rounding, to the last digit."""
    running = RateTable(table.steps, table.application, table.edge, "running")
    before = total = D(0)
    for month in months:
        facts = PeriodFacts(month, before=before)
        total += price(cents(running), facts).trace.total
        before += month
    assert total == price(cents(table), PeriodFacts(before)).trace.total


@given(rate_tables(lookup="document"), st.lists(money, max_size=6), st.randoms())
def test_order_of_documents_does_not_matter(table, documents, random):
    shuffled = documents.copy()
    random.shuffle(shuffled)
    total = sum(documents, D(0))
    assert paid(table, total, documents=tuple(documents)) == paid(
        table, total, documents=tuple(shuffled)
    )


@given(component_terms(), money)
def test_the_callers_decimal_context_does_not_matter(terms, amount):
    with localcontext() as context:
        context.prec = 4
        narrow = price(terms, sold(amount))
    assert narrow == price(terms, sold(amount))


@given(component_terms(), money, money)
def test_floor_and_cap_hold(terms, amount, margin):
    pays = price(terms, sold(amount, margin)).amount
    if terms.cap_per_period is not None:
        assert abs(pays) <= round_to(terms.cap_per_period, terms.rounding)
    if terms.floor is not None and amount > 0:
        assert pays >= round_to(terms.floor, terms.rounding)


# --- money and shares ------------------------------------------------------------


@given(money, weights, roundings)
def test_allocate_adds_up(total, weights, rounding):
    shares = allocate(total, weights, rounding)
    assert sum(shares) == round_to(total, rounding)
    whole = sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        due = round_to(total, rounding) * weight / whole
        assert abs(share - due) < rounding
        assert share % rounding == 0
    assert allocate(-total, weights, rounding) == tuple(-share for share in shares)


@given(st.lists(st.decimals(-100, 100, places=5), max_size=8), roundings)
def test_amounts_rounded_together_add_up(amounts, rounding):
    rounded = round_together(amounts, rounding)
    assert sum(rounded) == round_to(sum(amounts, D(0)), rounding)
    assert all(
        abs(line - amount) < rounding
        for line, amount in zip(rounded, amounts, strict=True)
    )
    mirrored = round_together([-amount for amount in amounts], rounding)
    assert mirrored == tuple(-line for line in rounded)


@given(money, roundings)
def test_rounding_is_to_the_nearest_and_symmetric(amount, rounding):
    rounded = round_to(amount, rounding)
    assert rounded % rounding == 0
    assert abs(rounded - amount) * 2 <= rounding
    assert round_to(-amount, rounding) == -rounded
    assert round_to(rounded, rounding) == rounded


@given(money, st.integers(0, 10_000))
def test_splits_add_up(total, share):
    first = D(share).scaleb(-2)
    shares = split_amount(total, {"first": first, "second": 100 - first}, CENT)
    assert sum(shares.values()) == total


@given(st.lists(money, max_size=8), percents)
def test_override_lines_add_up(team, percent):
    lines = compute_overrides(dict(enumerate(team)), percent, CENT)
    due = sum(team, D(0)) * percent / 100
    assert sum(lines.values(), D(0)) == round_to(due, CENT)


@given(
    st.lists(st.tuples(st.sampled_from("ST"), st.sampled_from("abcd"), sales)),
    st.randoms(),
)
def test_no_manager_gets_more_than_the_deal(credits, random):
    managers = {"a": "m", "b": "m", "c": "n", "d": "m", "m": "top", "n": "top"}
    deals = {"S": D(5000), "T": D(80_000)}
    team = roll_up(credits, deals, managers, 2)
    assert all(credit.amount <= deals[deal] for (deal, _), credit in team.items())
    shuffled = credits.copy()
    random.shuffle(shuffled)
    assert roll_up(shuffled, deals, managers, 2) == team


# --- over time -------------------------------------------------------------------


@given(st.sampled_from(KINDS), days, st.integers(0, 800), st.integers(0, 40))
def test_periods_tile_the_calendar(kind, first, length, anchor_month):
    anchor = date(2000 + anchor_month // 12, anchor_month % 12 + 1, 1)
    last = first + timedelta(days=length)
    periods = tile(kind, first, last, anchor)
    assert periods[0].first <= first <= periods[0].last
    assert periods[-1].first <= last <= periods[-1].last
    for period, following in zip(periods, periods[1:], strict=False):
        assert following.first - period.last == timedelta(days=1)
    for period in periods:
        assert period_of(period.first, kind, anchor) == period
        assert period_of(period.last, kind, anchor) == period


@given(st.sampled_from(KINDS), days, st.data(), money)
def test_two_halves_of_a_quota_are_the_whole(kind, day, data, quota):
    """A payee who hands over on any day: both quotas make one, to the cent."""
    period = period_of(day, kind)
    change = period.first + timedelta(days=data.draw(st.integers(1, period.days - 1)))
    before = Period(date(1900, 1, 1), change - timedelta(days=1))
    after = Period(change, date(2100, 1, 1))
    halves = [prorate(quota, period, active, CENT) for active in (before, after)]
    assert abs(sum(halves) - quota) <= CENT


@given(st.lists(money, max_size=12), sales, st.sampled_from(["top_up", "additive"]))
def test_draw_conservation(earnings, amount, mode):
    """Nothing is lost: what was paid above the earnings is owed, to the cent."""
    draw = Draw(amount, mode)
    balance = paid = D(0)
    for earned in earnings:
        settled = settle_draw(draw, earned, balance)
        assert settled.paid == earned + settled.advanced - settled.recovered
        assert settled.paid >= draw.amount
        assert settled.balance >= 0
        balance = settled.balance
        paid += settled.paid
    assert paid - sum(earnings, D(0)) == balance


@given(money, st.lists(st.integers(1, 1000), min_size=1, max_size=12))
def test_payments_release_all_of_the_commission(earned, payments):
    """However the customer cuts the invoice: 33.33 + 33.34 + 33.33."""
    deal, collected, already = D(sum(payments)), D(0), D(0)
    for payment in payments:
        collected += payment
        release = release_collected(collected, deal)
        already += compute_payable(earned, already, CENT, release)
    assert already == earned
    bounced = release_collected(D(0), deal)
    assert compute_payable(earned, already, CENT, bounced) == -earned


@given(money, st.integers(1, 60))
def test_deferral_expenses_all_of_it(amount, months):
    schedule = compute_schedule(amount, months, CENT)
    assert sum(schedule) == amount
    assert max(schedule) - min(schedule) <= CENT


@given(money, st.integers(1, 9), st.integers(1, 500))
def test_reversed_sale_takes_its_points_back(amount, points, per):
    there = compute_amount_points(amount, points, D(per))
    assert there + compute_amount_points(-amount, points, D(per)) == 0
