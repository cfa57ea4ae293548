import logging
from copy import copy

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.fields import Command, Date
from odoo.tests import new_test_user
from odoo.tools import SQL, mute_logger

from ..pricing_common import steps
from ..test_seams import SeamCase
from .accruing import Accruing
from .adjusting import Adjusting
from .audit import Audit, Rebuild
from .booking import Booking
from .closing import Closing
from .disputing import Disputing
from .draws import Draws
from .orders import Orders
from .payments import Payments
from .people import People
from .sales import Sales

_logger = logging.getLogger(__name__)

GROWING = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "sale_order",
    "sale_order_line",
    "sales_commission_accrual",
    "sales_commission_adjustment",
    "sales_commission_credit",
    "sales_commission_draw_movement",
    "sales_commission_earning",
    "sales_commission_payable",
    "sales_commission_split",
)
# What a story remembers of its steps, beside the records themselves.
MEMORY = (
    "labels",
    "frozen",
    "paid_by",
    "closing",
    "adjusted",
    "answering",
    "disputed",
    "draws",
)
# The records that steps choose from.
NOTED = {
    "invoices": "account.move",
    "orders": "sale.order",
    "payments": "account.payment",
    "achievements": "sales.commission.achievement",
    "quotas": "sales.commission.quota",
    "adjustments": "sales.commission.adjustment",
}
PARTS = (
    Sales,
    Orders,
    Payments,
    People,
    Closing,
    Disputing,
    Adjusting,
    Booking,
    Accruing,
)


class StoryCase(*PARTS, SeamCase):
    """A company in which most rules meet, and what may happen in it."""

    FIRST_DAY = Date.to_date("2026-01-01")
    LIKELY = {kind: much for part in PARTS for kind, much in part.LIKELY.items()}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rates = [("2026-01-01", 1.37), ("2026-02-15", 1.11), ("2026-04-01", 0.93)]
        cls.euro = cls.setup_other_currency("EUR", rates=rates)
        cls.currency_of_company = cls.company.currency_id
        cls.trainings = cls._get_ready("achievement")
        cls.joe = cls._create_payee("Joe", groups="sales_team.group_sale_salesman")
        cls.tree.edge_ids = [
            Command.create({"employee_id": cls.joe.id, "manager_id": cls.max.id})
        ]
        cls.north, cls.south = (
            cls.env["crm.team"].sudo().create({"name": name, "company_id": False})
            for name in ("North", "South")
        )
        cls.taxes = cls.company_data["default_tax_sale"]
        cls.write_off = cls.company_data["default_account_expense"]
        cls.early = cls.env["account.payment.term"].create(
            {
                "name": "2 % within 7 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 7,
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100, "nb_days": 30}
                    )
                ],
            }
        )
        cls._set_up_payout()
        cls._promise()

    @classmethod
    def _set_up_payout(cls):
        """Bob is an external agent, whose bills have a tax; an officer enters what an
        accountant approves."""
        cls.bob.sudo().sales_commission_agent = True
        for product, cost in ((cls.product_a, 120), (cls.product_b, 45.5)):
            product.with_company(cls.company).standard_price = cost
        product = cls.company.sudo().sales_commission_product_id
        product.supplier_taxes_id = cls.company_data["default_tax_purchase"]
        cls.officer = new_test_user(
            cls.env(su=True),
            login="commission_officer",
            groups="sales_commission_gamify.group_officer",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    @classmethod
    def _promise(cls):
        plan = cls.plan = cls.env["sales.commission.plan"].create(
            {
                "name": "Sales",
                "company_id": cls.company.id,
                "date_from": cls.FIRST_DAY,
                "draw_ids": cls._draws(
                    # for three months, taken back from March on, then a guarantee
                    {
                        "sequence": 20,
                        "amount": 500,
                        "month_count": 3,
                        "recovery_from": "2026-03-31",
                    },
                    {
                        "sequence": 30,
                        "amount": 250,
                        "month_from": 4,
                        "recoverable": False,
                    },
                ),
                "assignment_ids": [
                    Command.create({"employee_id": payee.id, "team_id": team.id})
                    for payee, team in (
                        (cls.ann, cls.north),
                        (cls.bob, cls.south),
                        (cls.max, cls.north),
                        (cls.zoe, cls.south),
                    )
                ],
            }
        )
        plan.component_ids.unlink()
        cls._promise_levels(plan)
        cls._promise_own(plan)
        plan.action_publish()
        cls._promise_waiting()
        cls._override(cls)

    @classmethod
    def _draws(cls, *rows):
        return [Command.create(row) for row in rows]

    @classmethod
    def _add(cls, plan, name, rates=None, **vals):
        cls._component(cls, plan, name, rates, **vals)

    @classmethod
    def _promise_waiting(cls):
        """Paid as customers pay, a tenth of it 45 days later."""
        plan = cls.waiting = cls.env["sales.commission.plan"].create(
            {
                "name": "Waiting",
                "company_id": cls.company.id,
                "date_from": cls.FIRST_DAY,
                "payable_when": "collected",
                "held_percent": 10,
                "held_days": 45,
                "draw_ids": cls._draws(
                    {
                        "sequence": 10,
                        "amount": 60,
                        "mode": "additive",
                        "month_count": 3,
                        "proration": "whole",
                        "recovery_after": 1,
                    },
                    {
                        "sequence": 40,
                        "amount": 25,
                        "mode": "additive",
                        "month_from": 4,
                        "recoverable": False,
                    },
                ),
                "assignment_ids": [
                    Command.create({"employee_id": payee.id})
                    for payee in (cls.ann, cls.bob, cls.max)
                ],
            }
        )
        plan.component_ids.unlink()
        levels = {"credited_to": "hierarchy", "hierarchy_id": cls.tree.id}
        above = [Command.create({"bound": 0, "level": 1, "percent": 1})]
        cls._add(plan, "Paid in", rate_ids=steps("0: 3% | 4000: 5%") + above, **levels)
        ordered = {"measure_id": cls._get_ready("ordered_amount").id}
        cls._add(plan, "Paid orders", "0: 2%", **ordered)
        cls._add(plan, "Taken back", "0: 1%", refund_period="own")
        plan.action_publish()

    @classmethod
    def _promise_levels(cls, plan):
        levels = {"credited_to": "hierarchy", "hierarchy_id": cls.tree.id}
        above = [Command.create({"bound": 0, "level": 1, "percent": 2})]
        cls._add(plan, "Levels", rate_ids=steps("0: 5% | 5000: 8%") + above, **levels)
        cls._add(
            plan,
            "Differential",
            override_kind="differential",
            rate_ids=[
                Command.create({"bound": 0, "level": level, "percent": percent})
                for level, percent in ((0, 1), (1, 2), (2, 4))
            ],
            **levels,
        )

    @classmethod
    def _promise_own(cls, plan):
        def measure(name):
            return {"measure_id": cls._get_ready(name).id}

        own = {"refund_period": "own"}
        product_b = str([("product_id", "=", cls.product_b.id)])
        cls._add(plan, "Running", "0: 1% | 8000: 2%", lookup="running", **own)
        cls._add(plan, "Collected", "0: 3%", **measure("collected_amount"))
        cls._add(plan, "Floor", "0: 5%", floor=90)
        cls._add(plan, "Counted", "0: 1% | 3: 2% whole", lookup="count", **own)
        cls._add(plan, "Units", "0: 5 each | 10: 8 each", **measure("invoiced_units"))
        cls._add(plan, "Ordered", "0: 1%", **measure("ordered_amount"))
        cls._add(plan, "Team", "0: 1%", credited_to="team", cap_per_period=150)
        cls._add(plan, "Licences", "0: 2% | 3000: 3% whole", domain=product_b)
        trainings = {"measure_id": cls.trainings.id, "pays": "nothing", "quota": 2}
        cls._add(plan, "Trainings", **trainings)
        cls._add(plan, "Gated", "0: 2% | 100: 4%", lookup="attainment", quota=4_000)
        cls._add(plan, "Margin", "0: 4%", **measure("invoiced_margin"))
        cls._add(plan, "Spurred", "0: 1% | 4000: 2%", quota=2_500)
        gated = plan.component_ids.filtered(lambda c: c.name == "Gated")
        source = plan.component_ids.filtered(lambda c: c.name == "Trainings")
        gated.gate_ids = [
            Command.create({"source_component_id": source.id, "threshold": 50})
        ]
        cls._spur(plan.component_ids.filtered(lambda c: c.name == "Spurred"), source)

    @classmethod
    def _spur(cls, component, source):
        component.accelerator_ids = [
            Command.create({"bound": bound, "percent": percent})
            for bound, percent in ((100, 150), (200, 300))
        ]
        component.multiplier_ids = [
            Command.create(
                {
                    "source_component_id": source.id,
                    "step_ids": [
                        Command.create({"bound": bound, "percent": percent})
                        for bound, percent in ((0, 90), (1, 100), (2, 125))
                    ],
                }
            )
        ]

    # --- telling ----------------------------------------------------------------------

    def _begin(self):
        self.labels, self.frozen, self.paid_by, self.closing = {}, {}, {}, {}
        self.said, self.wrong, self.refused = [], [], 0
        self.adjusted, self.answering, self.disputed = {}, {}, {}
        self.draws = Draws(self.env, self.company)
        for name, model in NOTED.items():
            setattr(self, name, self.env[model])

    def _note(self, name, record, step):
        """Remember what *step* brought about by the step's own number."""
        self.labels[record._name, record.id] = str(step.number)
        setattr(self, name, getattr(self, name) | record)

    def _any(self, step, records, condition=lambda record: True):
        """One of the records, the same one as long as it is there."""
        found = records.filtered(condition)
        return min(
            found,
            key=lambda one: step.rank(self._label(one)),
            default=records.browse(),
        )

    def _label(self, record):
        return self.labels.get((record._name, record.id)) or record.display_name

    def _perform(self, step):
        """One step; what Odoo or a rule refuses is told and undone."""
        memory = {name: copy(getattr(self, name)) for name in MEMORY}
        try:
            with mute_logger("odoo.sql_db"), self.cr.savepoint():
                sentence = getattr(self, f"_do_{step.kind}")(step, step.get_chance())
                self.env.cr.flush()
        except (UserError, IntegrityError) as error:
            self.refused += 1
            self._forget(memory)
            sentence = f"({step.kind} is refused: {str(error).splitlines()[0]})"
        except Exception as error:
            _logger.info("Step %s", step, exc_info=True)
            self._forget(memory)
            sentence = f"({step.kind} fails)"
            self.wrong.append(f"{step.kind} fails: {error!r}")
        if sentence:
            self.said.append(f"{step.number:4}. {sentence}")

    def _forget(self, memory):
        """What was noted of a step that is undone."""
        self._forget_rows()
        for name, value in memory.items():
            setattr(self, name, value)
        for name in NOTED:
            setattr(self, name, getattr(self, name).exists())

    def _forget_rows(self):
        """What workers remember of plans that a savepoint took back, too: without a
        story, plans are published in transactions of their own."""
        self.env.invalidate_all(flush=False)
        self.env.registry.clear_cache()

    def _tell(self, story, every=50):
        """Tell *story* and undo it.

        :return: what the audit complains of
        """
        with self.cr.savepoint() as savepoint:
            self._begin()
            complaints = []
            for number, step in enumerate(story, 1):
                self._perform(step)
                if number % every == 0 or number == len(story):
                    complaints = self._ask()
                if complaints:
                    break
            else:
                complaints = list(Rebuild(self.env, self.company).ask())
                complaints = complaints or self._ask()
            self.told = number
            savepoint.rollback()
        self._forget_rows()
        return complaints

    def _ask(self):
        # PostgreSQL counts no rows of a transaction that is never committed, and takes
        # the tables for empty
        self.env.flush_all()
        for table in GROWING:
            self.env.execute_query(SQL("ANALYZE %s", SQL.identifier(table)))
        return [
            *self.wrong,
            *Audit(self.env, self.company).ask_all(),
            *self._ask_frozen(),
            *self._ask_adjusted(),
            *self._ask_disputed(),
            *self._ask_draws(),
            *self._ask_accrued(),
        ]
