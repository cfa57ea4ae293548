"""Crediting and pricing a month and a year over empty books, against the floor."""

import os
from datetime import date

from odoo.tools import SQL

from .clock import Clock
from .floor import Floor
from .plans import create_plans
from .sizes import FIRST_DAY, LAST_DAY

SPANS = {"month": (FIRST_DAY, date(2025, 1, 31)), "year": (FIRST_DAY, LAST_DAY)}
REPETITIONS = {"S": 5, "M": 3, "L": 2}
BOOKS = (
    "sales_commission_credit",
    "sales_commission_earning",
    "sales_commission_attainment",
    "sales_commission_point",
)


def measure(env):
    repetitions = REPETITIONS[os.environ["SCG_SIZE"]]
    return {
        span: Crediting(env, *days).measure(repetitions) for span, days in SPANS.items()
    }


class Crediting:
    def __init__(self, env, first, last):
        self.env = env
        self.plans = create_plans(env, first, last)
        # what publishing does, without computing yet
        self.plans.component_ids._check_publishable()
        self.plans.sudo().state = "published"
        self.clock = Clock(env.cr)
        env.cr.commit()

    def measure(self, repetitions):
        floor = Floor(self.env, self.plans)
        for _number in range(repetitions):
            empty_books(self.env)
            credits, earnings = self._compute()
            for name, bare in (("floor", False), ("bare_floor", True)):
                floor.prepare(bare)
                self.env.cr.commit()
                with self.clock.of(name):
                    rows = floor.fill()
                    self.env.cr.commit()
                assert rows == credits, f"{rows} rows by hand, {credits} credits"
        differences = floor.count_differences()
        assert not differences, (
            f"{differences} credits are not what was written by hand"
        )
        lines = self._count_lines()
        self._forget(floor)
        return {
            "lines": lines,
            "credits": credits,
            "earnings": earnings,
            **self.clock.medians(),
            **self._compare(lines),
            **self._compare(lines, "_processor"),
            "repetitions": repetitions,
        }

    def _compare(self, lines, kind=""):
        """Ratios to the floor, and how long one line takes.

        :param kind: ``"_processor"`` for the processor's time
        """
        seconds = self.clock.seconds
        if f"floor{kind}" not in seconds:
            return {}
        credit, price, floor, bare = (
            self.clock.median(f"{name}{kind}")
            for name in ("credit", "price", "floor", "bare_floor")
        )
        return {
            f"credit_to_floor{kind}": round(credit / floor, 2),
            f"credit_to_bare_floor{kind}": round(credit / bare, 2),
            f"all_to_floor{kind}": round((credit + price) / floor, 2),
            f"microseconds_per_line{kind}": round((credit + price) / lines * 1e6, 1),
            f"floor_microseconds_per_line{kind}": round(floor / lines * 1e6, 1),
        }

    def _compute(self):
        env = self.env(su=True)
        runs = env["sales.commission.run"]
        components = self.plans.component_ids.with_env(env)
        runs._without_compiling()
        with self.clock.of("credit"):
            credit = env["sales.commission.credit"]._apply(components)
            env.cr.commit()
        with self.clock.of("price"):
            keys = runs._get_unpriced(components)
            earnings, left = env["sales.commission.earning"]._apply(keys)
            env.cr.commit()
        assert not left
        counts = len(credit), len(earnings)
        env.invalidate_all()
        return counts

    def _count_lines(self):
        [(lines,)] = self.env.execute_query(
            SQL(
                """SELECT COUNT(DISTINCT source_id) FROM sales_commission_credit
                    WHERE plan_id = %s""",
                self.plans[0].id,
            )
        )
        return lines

    def _forget(self, floor):
        floor.drop()
        empty_books(self.env)
        self.env.cr.execute(
            SQL(
                "UPDATE sales_commission_plan SET state = 'draft' WHERE id = ANY(%s)",
                self.plans.ids,
            )
        )
        self.env.invalidate_all()
        self.plans.unlink()
        self.env.cr.commit()


def empty_books(env):
    """Nobody could do this with facts by the add-on's own means."""
    env.cr.execute(
        SQL("TRUNCATE %s CASCADE", SQL(", ").join(map(SQL.identifier, BOOKS)))
    )
    env.cr.commit()
