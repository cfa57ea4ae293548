import random
from collections import defaultdict
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from odoo.fields import Command
from odoo.tests import tagged

from .pricing_common import steps
from .test_seams import SeamCase

SEEDS = (2, 19, 26)
STEPS = 40
CENT = Decimal("0.01")


@tagged("post_install", "-at_install")
class TestStory(SeamCase):
    """What happens in a sales department in any order leaves the ledger as if all had
    been counted at the end, and priced by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency(
            "EUR", rates=[("2026-01-01", 1.37), ("2026-03-01", 1.11)]
        )
        cls.trainings = cls._get_ready("achievement")

    def _tell(self):
        """Plans in which most rules meet."""
        plan = self._draft(self.everybody, name="Sales")
        self._component(
            plan,
            "Levels",
            credited_to="hierarchy",
            hierarchy_id=self.tree.id,
            rate_ids=steps("0: 5% | 5000: 8%")
            + [Command.create({"bound": 0, "level": 1, "percent": 2})],
        )
        self._component(
            plan,
            "Differential",
            credited_to="hierarchy",
            hierarchy_id=self.tree.id,
            override_kind="differential",
            rate_ids=[
                Command.create({"bound": 0, "level": level, "percent": percent})
                for level, percent in ((0, 1), (1, 2), (2, 4))
            ],
        )
        self._component(
            plan,
            "Running",
            "0: 1% | 8000: 2%",
            lookup="running",
            refund_period="own",
        )
        self._component(
            plan,
            "Collected",
            "0: 3%",
            measure_id=self._get_ready("collected_amount").id,
        )
        self._component(plan, "Floor", "0: 5%", floor=90)
        self._component(
            plan,
            "Counted",
            "0: 1% | 3: 2% whole",
            lookup="count",
            refund_period="own",
        )
        trainings = self._component(
            plan, "Trainings", measure_id=self.trainings.id, pays="nothing", quota=2
        )
        gated = self._component(
            plan, "Gated", "0: 2% | 100: 4%", lookup="attainment", quota=4_000
        )
        gated.gate_ids = [
            Command.create({"source_component_id": trainings.id, "threshold": 50})
        ]
        plan.action_publish()
        self._override()
        self.plan = plan
        self.invoices = self.env["account.move"]
        self.payments = self.env["account.payment"]
        self.achievements = self.env["sales.commission.achievement"]
        self.quotas = self.env["sales.commission.quota"]

    # --- what may happen ------------------------------------------------------------

    def _day(self, first=date(2026, 1, 1), days=150):
        return first + timedelta(days=self.chance.randrange(days))

    def _any(self, records, condition=lambda record: True):
        found = records.filtered(condition).sorted("id")
        return self.chance.choice(found) if found else records.browse()

    def _posted(self, condition=lambda move: True):
        return self._any(
            self.invoices, lambda move: move.state == "posted" and condition(move)
        )

    def _share(self):
        """Shares of two or three payees, or none."""
        people = self.chance.sample([self.ann, self.bob, self.max], 3)
        return self._split(
            *self.chance.choice(
                (
                    ((people[0], 60), (people[1], 40)),
                    ((people[0], 33.33), (people[1], 33.33), (people[2], 33.34)),
                )
            )
        )

    def _do_post(self):
        vals = {}
        if self.chance.random() < 0.3:
            vals["currency_id"] = self.euro.id
        if self.chance.random() < 0.3:
            vals |= self._share()
        amounts = [
            self.chance.randrange(10_000, 400_000) / 100
            for _line in range(self.chance.choice((1, 2)))
        ]
        if self.chance.random() < 0.2:
            amounts.append(-50)
        payee = self._any(self.ann + self.bob + self.max)
        self.invoices += self._invoice(amounts, payee=payee, date=self._day(), **vals)

    def _do_refund_part(self):
        if move := self._posted(lambda m: m.move_type == "out_invoice"):
            amount = self.chance.randrange(1_000, 30_000) / 100
            day = self._day(move.invoice_date, 40)
            self.invoices += self._refund(move, amount=amount, date=day)

    def _do_refund(self):
        unpaid = self._posted(
            lambda m: m.move_type == "out_invoice" and m.payment_state == "not_paid"
        )
        if unpaid:
            day = self._day(unpaid.invoice_date, 40)
            self.invoices += self._refund(unpaid, date=day)

    def _do_pay(self):
        if move := self._posted(lambda m: m.amount_residual > 10):
            amount = round(move.amount_residual * self.chance.choice((0.3, 0.71, 1)), 2)
            self.payments += self._pay_in(
                move,
                amount,
                self._day(move.invoice_date, 60),
                currency_id=move.currency_id.id,
            )

    def _do_bounce(self):
        payment = self._any(self.payments, lambda p: p.state in ("in_process", "paid"))
        if payment:
            payment.action_draft()
            if self.chance.random() < 0.5:
                payment.action_cancel()

    def _do_reset(self):
        if move := self._posted():
            move.button_draft()

    def _do_post_again(self):
        move = self._any(self.invoices, lambda m: m.state == "draft")
        if move and self.chance.random() < 0.5:
            move.invoice_line_ids[0].price_unit += 11.11
        if move:
            move.action_post()

    def _do_give_away(self):
        if move := self._posted():
            move.invoice_user_id = self._any(self.ann + self.bob + self.max).user_id

    def _do_share(self):
        if move := self._posted(lambda m: m.move_type == "out_invoice"):
            move.sales_commission_split_ids = [
                Command.clear(),
                *self._share()["sales_commission_split_ids"],
            ]

    def _do_achieve(self):
        if self.achievements and self.chance.random() < 0.4:
            achievement = self._any(self.achievements)
            if self.chance.random() < 0.5:
                achievement.value = self.chance.choice((0.5, 1, 3))
            else:
                self.achievements -= achievement
                achievement.unlink()
            return
        self.achievements += self.achievements.create(
            {
                "measure_id": self.trainings.id,
                "employee_id": self._any(self.ann + self.bob + self.max).id,
                "date": self._day(),
            }
        )

    def _do_aim(self):
        if self.quotas and self.chance.random() < 0.5:
            quota = self._any(self.quotas)
            if self.chance.random() < 0.5:
                quota.amount = self.chance.randrange(1_000, 6_000)
            else:
                self.quotas -= quota
                quota.unlink()
            return
        component = self._any(
            self._versions().component_ids, lambda c: c.name == "Gated"
        )
        plan = component.plan_id
        day = self._day(plan.date_from, 60)
        if plan.date_to and day > plan.date_to:
            day = plan.date_to
        payee = self._any(self.ann + self.bob)
        vals = {"employee_id": payee.id} if self.chance.random() < 0.6 else {}
        known = self.quotas.filtered(
            lambda q: (
                q.component_id == component
                and q.date_from == day.replace(day=1)
                and q.employee_id.id == vals.get("employee_id", False)
            )
        )
        if not known:
            self.quotas += self._quota(
                component, self.chance.randrange(1_000, 6_000), str(day), **vals
            )

    def _do_move(self):
        """Somebody was, or from some day on is, led by somebody else."""
        edge = self._any(
            self.tree.edge_ids,
            lambda e: e.employee_id in self.ann + self.bob and not e.date_to,
        )
        other = self.zoe if edge.manager_id == self.max else self.max
        if self.chance.random() < 0.5:
            edge.manager_id = other
            return
        day = self._day(edge.date_from or date(2026, 1, 1), 60) + timedelta(days=1)
        edge.date_to = day - timedelta(days=1)
        self.tree.edge_ids = [
            Command.create(
                {
                    "employee_id": edge.employee_id.id,
                    "manager_id": other.id,
                    "date_from": day,
                }
            )
        ]

    def _do_join(self):
        """Max takes part for a shorter or a longer time, on top or not at all."""
        row = self._any(
            self._versions()[-1].assignment_ids, lambda r: r.employee_id == self.max
        )
        if row:
            row.date_to = False if row.date_to else self._day(row.date_from)

    def _do_version(self):
        if len(self._versions()) < 2:
            version = self.plan._create_version(date(2026, 4, 1))
            for component in version.component_ids:
                if component.name == "Levels":
                    component.rate_ids[0].percent = 6
            version.action_publish()

    def _versions(self):
        return self.plan._get_versions()

    # --- by hand --------------------------------------------------------------------

    def _by_hand(self):
        """``{(component, payee, level, first day): money}`` from the credits alone."""
        self.env.flush_all()
        credits = self.env["sales.commission.credit"].search([])
        held = credits.filtered(lambda row: not row.reversal_of_id)
        held -= credits.reversal_of_id
        groups = defaultdict(list)
        for row in held:
            key = (row.component_id, row.employee_id, row.level, row.date_from)
            groups[key].append(row)
        return {key: self._pay_by_hand(groups, *key) for key in groups}

    def _pay_by_hand(self, groups, component, payee, level, first):
        rows = groups[component, payee, level, first]
        total = self._total(rows)
        rates = component.rate_ids.filtered(lambda r: r.level == level)
        bounds = [(Decimal(str(r.bound)), Decimal(str(r.percent))) for r in rates]
        if component.pays == "nothing":
            return Decimal(0)
        if component.override_kind == "differential":
            percent = bounds[0][1]
            return (
                sum(
                    (
                        self._exact(row.amount)
                        * (percent - min(percent, self._exact(row.below_percent)))
                        for row in rows
                    ),
                    Decimal(0),
                )
                / 100
            )
        if component.lookup == "running":
            root = component.root_id or component
            before = sum(
                self._total(other)
                for (c, p, at, day), other in groups.items()
                if (c.root_id or c) == root
                and (p, at) == (payee, level)
                and (day, c.plan_id.version) < (first, component.plan_id.version)
            )
            return self._excess(bounds, before + total) - self._excess(bounds, before)
        if component.gate_ids:
            source = component.gate_ids.source_component_id
            if self._total(groups.get((source, payee, 0, first), ())) < 1:
                return Decimal(0)
        if component.lookup == "attainment":
            quota = self._aim_by_hand(component, payee, first)
            bounds = [(bound * quota / 100, percent) for bound, percent in bounds]
        if component.lookup == "count":
            percent = bounds[abs(self._count_by_hand(groups, rows)) >= bounds[1][0]][1]
            return total * percent / 100
        return self._excess(bounds, total) + self._lift_by_hand(component, rows)

    def _lift_by_hand(self, component, rows):
        """What is missing to the floor before anything is taken back."""
        documents = defaultdict(Decimal)
        for row in rows:
            documents[row.document_id] += self._exact(row.amount)
        sold = sum((one for one in documents.values() if one > 0), Decimal(0))
        floor = self._exact(component.floor)
        return max(floor - sold * 5 / 100, Decimal(0)) if floor and sold else Decimal(0)

    def _count_by_hand(self, groups, rows):
        """Sales, less those of which nothing is left any more."""
        component, payee, level, first = (
            rows[0].component_id,
            rows[0].employee_id,
            rows[0].level,
            rows[0].date_from,
        )
        now, before = defaultdict(Decimal), defaultdict(Decimal)
        for (counts, whose, at, day), found in groups.items():
            if (counts, whose, at) == (component, payee, level) and day <= first:
                for row in found:
                    sums = now if day == first else before
                    sums[row.origin_id] += self._exact(row.amount)
        return sum(
            (one > 0) - (one < 0 and before[sale] >= 0 and before[sale] + one <= 0)
            for sale, one in now.items()
        )

    def _aim_by_hand(self, component, payee, first):
        rows = self.env["sales.commission.quota"].search(
            [("component_id", "=", component.id), ("date_from", "=", first)]
        )
        own = rows.filtered(lambda row: row.employee_id == payee)
        shared = rows.filtered(lambda row: not row.employee_id)
        quota = self._exact((own or shared).amount or component.quota)
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        days = set()
        for row in component.plan_id.assignment_ids:
            if row.employee_id == payee:
                since = max(first, row.date_from, component.plan_id.date_from)
                until = min(
                    last, row.date_to or last, component.plan_id.date_to or last
                )
                days |= {
                    since + timedelta(days=n) for n in range((until - since).days + 1)
                }
        part = Decimal(len(days) or last.day) / last.day
        return (quota * part).quantize(CENT, ROUND_HALF_UP)

    def _excess(self, bounds, amount):
        """Each step pays on what is above its bound; below 0 all is mirrored."""
        size, pay = abs(amount), Decimal(0)
        tops = [bound for bound, _percent in bounds[1:]] + [max(size, bounds[-1][0])]
        for (bound, percent), top in zip(bounds, tops, strict=True):
            pay += max(min(size, top) - bound, Decimal(0)) * percent / 100
        return pay if amount >= 0 else -pay

    def _exact(self, number):
        return Decimal(str(round(number, 9)))

    def _total(self, rows):
        return sum((self._exact(row.amount) for row in rows), Decimal(0))

    # --- the story ------------------------------------------------------------------

    def test_any_order_of_events(self):
        for seed in SEEDS:
            with self.subTest(seed=seed), self.cr.savepoint() as savepoint:
                self.chance = random.Random(seed)
                self._tell()
                for _step in range(STEPS):
                    self._happen()
                self._assert_as_if_counted_at_the_end()
                self._assert_priced_by_hand()
                savepoint.rollback()
            self.env.invalidate_all(flush=False)

    def _happen(self):
        likely = {
            "post": 6,
            "refund_part": 3,
            "refund": 2,
            "pay": 5,
            "bounce": 2,
            "reset": 2,
            "post_again": 3,
            "give_away": 2,
            "share": 2,
            "achieve": 4,
            "aim": 3,
            "move": 2,
            "join": 1,
            "version": 1,
        }
        [event] = self.chance.choices(list(likely), list(likely.values()))
        getattr(self, f"_do_{event}")()

    def _assert_as_if_counted_at_the_end(self):
        runs = self.env["sales.commission.run"].sudo()
        self.assertFalse(runs.search([("state", "=", "failed")]).mapped("error"))
        rows = {
            model: self.env[f"sales.commission.{model}"].search([])
            for model in ("credit", "earning")
        }
        for model in (
            "account.move",
            "sales.commission.achievement",
            "sales.commission.earning",
        ):
            runs._run_documents(model, self.env[model].search([]).ids)
        runs._sweep_company(self.env["sales.commission.plan"].search([]))
        for model, before in rows.items():
            added = self.env[f"sales.commission.{model}"].search([]) - before
            self.assertFalse(
                [
                    (
                        row.component_id.name,
                        row.plan_id.version,
                        row.employee_id.name,
                        row.level,
                        str(row.date_from),
                        row.amount,
                    )
                    for row in added
                ],
                model,
            )

    def _assert_priced_by_hand(self):
        booked = defaultdict(float)
        for row in self.env["sales.commission.earning"].search([]):
            key = (row.component_id, row.employee_id, row.level, row.date_from)
            booked[key] += row.amount
        expected = self._by_hand()
        self.assertGreater(len(expected), 20)
        for key in booked.keys() | expected.keys():
            wanted = expected.get(key, Decimal(0)).quantize(CENT, ROUND_HALF_UP)
            component, payee, level, first = key
            self.assertEqual(
                round(booked[key], 2),
                float(wanted),
                (component.name, component.plan_id.version, payee.name, level, first),
            )
