from odoo.fields import Command
from odoo.tests import freeze_time

from .common import CommissionCase


class MeasureCase(CommissionCase):
    """Plans of one component over a ready measure, and orders to count."""

    @classmethod
    def _get_ready(cls, name, **vals):
        """A ready measure of that name, or a copy of it with *vals*."""
        measure = cls.env.ref(f"sales_commission_gamify.measure_{name}")
        return measure.copy({"name": name, **vals}) if vals else measure

    @classmethod
    def _count(cls, measure, payees=None, component=None, **vals):
        """A published plan that counts *measure*, a record or a ready one's name."""
        measure = cls._get_ready(measure) if isinstance(measure, str) else measure
        # a percentage of a number of things is no money
        counted = {} if measure.unit == "money" else {"pays": "nothing"}
        return cls._create_plan(
            payees=payees,
            component={"measure_id": measure.id, **counted, **(component or {})},
            **vals,
        )

    @classmethod
    def _order(cls, lines, payee=None, date="2026-01-15", confirm=True, **vals):
        """An order that a salesperson confirms at noon of *date*.

        :param lines: prices, or dicts of values of the lines
        """
        order = (
            cls.env["sale.order"]
            .sudo()
            .create(
                {
                    "company_id": cls.company.id,
                    "partner_id": cls.partner_a.id,
                    "user_id": (cls.ann if payee is None else payee).user_id.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": cls.product_a.id,
                                "tax_ids": [Command.clear()],
                                **(
                                    line
                                    if isinstance(line, dict)
                                    else {"price_unit": line}
                                ),
                            }
                        )
                        for line in lines
                    ],
                    **vals,
                }
            )
        )
        if confirm:
            with freeze_time(f"{date} 12:00:00"):
                order.action_confirm()
        return order

    def _credits(self, plan):
        """The plan's credits that hold now."""
        rows = self.env["sales.commission.credit"].search([("plan_id", "=", plan.id)])
        return rows.filtered(lambda row: not row.reversal_of_id) - rows.reversal_of_id

    def _quantity(self, plan):
        rows = self.env["sales.commission.credit"].search([("plan_id", "=", plan.id)])
        return round(sum(rows.mapped("quantity")), 2)

    def _sweep(self, plan):
        self.env["sales.commission.run"].sudo()._sweep_company(plan)

    def _assert_rebuilt(self, plan):
        """What was built step by step is what the documents say."""
        before = len(self.env["sales.commission.credit"].search([]))
        self._sweep(plan)
        documents = {}
        for credit in self._credits(plan):
            documents.setdefault(credit.document_model, set()).add(credit.document_id)
        for model, ids in documents.items():
            self.env["sales.commission.run"].sudo()._run_documents(model, sorted(ids))
        self.assertEqual(len(self.env["sales.commission.credit"].search([])), before)
