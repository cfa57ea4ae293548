"""How long pricing takes: 10,000 payees × 5 components in less than 2 seconds.

The ratio tells it apart from a slow machine: the same multiplications in a plain
loop, measured in the same run.
"""

import json
import platform
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "sales_commission_gamify"))

from engine import (  # noqa: E402
    Accelerator,
    ComponentTerms,
    Gate,
    Multiplier,
    PeriodFacts,
    RateTable,
    Step,
    price,
)

PAYEES = 10_000
LIMIT = 2.0
CENT = Decimal("0.01")
QUOTA = Decimal(30_000)


def table(*steps, **policy):
    return RateTable(
        tuple(Step(Decimal(at), "percent", Decimal(rate)) for at, rate in steps),
        **policy,
    )


def make_components():
    """The shapes that plans are made of."""
    margin = Multiplier(
        "margin", ((Decimal(0), Decimal(75)), (Decimal(20), Decimal(115)))
    )
    return [
        ComponentTerms(table((0, 5)), CENT),
        ComponentTerms(table((0, 5), (10_000, 7), (25_000, 10)), CENT),
        ComponentTerms(
            table((0, 5), (80, 7), (100, 10), lookup="attainment"), CENT, quota=QUOTA
        ),
        ComponentTerms(
            table((0, 6)),
            CENT,
            quota=QUOTA,
            gates=(Gate(Decimal(40)),),
            accelerators=(Accelerator(Decimal(100), Decimal(150)),),
        ),
        ComponentTerms(
            table((0, 4)),
            CENT,
            multipliers=(margin,),
            floor=Decimal(100),
            cap_per_period=Decimal(5000),
        ),
    ]


def make_facts():
    return [
        PeriodFacts(
            Decimal(payee * 7919 % 6_000_000) / 100,
            measures={"margin": Decimal(payee % 40)},
        )
        for payee in range(PAYEES)
    ]


def price_all(components, facts):
    total = Decimal(0)
    for component in components:
        # each payee has a quota of his own, as in the ledger
        own = component.with_quota if component.quota is not None else None
        for one in facts:
            terms = own(QUOTA) if own else component
            total += price(terms, one).amount
    return total


def multiply_all(components, facts):
    """As many multiplications as the tables have steps, and nothing else."""
    total = Decimal(0)
    for component in components:
        rates = [step.value for step in component.rates.steps]
        for one in facts:
            for rate in rates:
                total += one.amount * rate / 100
    return total


def measure(function, *arguments):
    """Seconds of the processor: what else runs on the machine does not count."""
    started = time.process_time()
    function(*arguments)
    return time.process_time() - started


def main():
    components, facts = make_components(), make_facts()
    floor = min(measure(multiply_all, components, facts) for _ in range(3))
    seconds = min(measure(price_all, components, facts) for _ in range(3))
    result = {
        "date": date.today().isoformat(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "priced": PAYEES * len(components),
        "seconds": round(seconds, 3),
        "plain_loop_seconds": round(floor, 3),
        "ratio": round(seconds / floor, 1),
    }
    print(
        f"{result['priced']:,} prices in {seconds:.2f} s, "
        f"{result['ratio']} times a plain loop ({floor:.3f} s)"
    )
    (HERE / "results" / "engine.json").write_text(json.dumps(result, indent=2) + "\n")
    if seconds > LIMIT:
        print(f"Too slow: the limit is {LIMIT} s.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
