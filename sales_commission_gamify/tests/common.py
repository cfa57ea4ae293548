from contextlib import contextmanager

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class CommissionCase(AccountTestInvoicingCommon):
    """A company whose rep Ann sells and whose manager Max leads her.

    Documents are Odoo's own, posted by Odoo's own methods. The test user is an
    accounting manager with the commission groups, not a superuser.
    """

    @classmethod
    def get_default_groups(cls):
        return (
            super().get_default_groups()
            | cls.env.ref("sales_commission_gamify.group_administrator")
            | cls.env.ref("sales_commission_gamify.group_accountant")
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.company._create_sales_commission_accounts()
        cls.max = cls._create_payee("Max", groups="sales_team.group_sale_salesman")
        cls.ann = cls._create_payee(
            "Ann", groups="sales_team.group_sale_salesman", parent_id=cls.max.id
        )
        cls.bob = cls._create_payee("Bob", groups="sales_team.group_sale_salesman")
        cls.measure = cls.env.ref("sales_commission_gamify.measure_invoiced_amount")

    @classmethod
    def _create_payee(cls, name, groups="base.group_user", company=None, **vals):
        company = company or cls.company
        user = new_test_user(
            cls.env(su=True),
            login=f"commission_{name.lower()}",
            name=name,
            groups=groups,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        return (
            cls.env["hr.employee"]
            .sudo()
            .create(
                {"name": name, "user_id": user.id, "company_id": company.id, **vals}
            )
        )

    @classmethod
    def _create_plan(
        cls, steps=((0, 5),), payees=None, publish=True, component=None, **vals
    ):
        """A published plan from 2026 on with one component and its payees.

        :param steps: rows ``(bound, percent)`` of the rate table
        """
        plan = cls.env["sales.commission.plan"].create(
            {
                "name": "New business",
                "company_id": cls.company.id,
                "date_from": "2026-01-01",
                "component_ids": [
                    Command.create(
                        {
                            "name": "Invoiced",
                            "measure_id": cls.measure.id,
                            "rate_ids": [
                                Command.create({"bound": bound, "percent": percent})
                                for bound, percent in steps
                            ],
                            **(component or {}),
                        }
                    )
                ],
                "assignment_ids": [
                    Command.create({"employee_id": payee.id})
                    for payee in (cls.ann if payees is None else payees)
                ],
                **vals,
            }
        )
        if publish:
            plan.action_publish()
        return plan

    @classmethod
    def _invoice(cls, amount, payee=None, date="2026-01-15", post=True, **vals):
        """A customer invoice of *payee* over one or several untaxed amounts."""
        amounts = amount if isinstance(amount, (list, tuple)) else [amount]
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "company_id": cls.company.id,
                "partner_id": cls.partner_a.id,
                "invoice_user_id": (cls.ann if payee is None else payee).user_id.id,
                "invoice_date": date,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": cls.product_a.id,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for price in amounts
                ],
                **vals,
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _refund(cls, invoice, amount=None, date="2026-01-20", post=True):
        """A credit note through Odoo's reversal wizard, for all or one amount."""
        wizard = (
            cls.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"date": date, "journal_id": invoice.journal_id.id})
        )
        refund = cls.env["account.move"].browse(wizard.refund_moves()["res_id"])
        if amount is not None:
            refund.invoice_line_ids[1:].unlink()
            refund.invoice_line_ids.price_unit = amount
        if post:
            refund.action_post()
        return refund

    @contextmanager
    def _refused(self, sentence, error=ValidationError):
        """What is done within is refused with *sentence* (a pattern) and undone."""
        with self.assertRaises(error) as caught:
            yield
        self.assertRegex(str(caught.exception), sentence)

    def _credited(self, payee, plan=None, **domain):
        return self._sum("sales.commission.credit", payee, plan, **domain)

    def _earned(self, payee, plan=None, **domain):
        return self._sum("sales.commission.earning", payee, plan, **domain)

    def _points(self, payee):
        rows = self.env["sales.commission.point"].search(
            [("employee_id", "=", payee.id)]
        )
        return sum(rows.mapped("points"))

    def _sum(self, model, payee, plan=None, **equals):
        domain = [("employee_id", "=", payee.id)]
        domain += [("plan_id", "=", plan.id)] if plan else []
        domain += [(name, "=", value) for name, value in equals.items()]
        return round(sum(self.env[model].search(domain).mapped("amount")), 2)

    def _period(self, date="2026-01-31"):
        return (
            self.env["sales.commission.period"]
            .sudo()
            ._get_for(self.company, fields.Date.to_date(date))
        )

    def _statements(self, date="2026-01-31"):
        """Statements of the month that holds *date*, computed now."""
        period = self._period(date)
        period.with_env(self.env).action_compute_statements()
        return period.with_env(self.env).statement_ids

    def _pay(self, statement):
        """Pay what is owed on its payable line; returns the reconciled lines."""
        account = statement.payable_line_id.account_id
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": statement.employee_id.work_contact_id.id,
                "amount": statement.amount_payable,
                "destination_account_id": account.id,
            }
        )
        payment.action_post()
        counterpart = payment.move_id.line_ids.filtered(
            lambda line: line.account_id == account
        )
        lines = counterpart + statement.payable_line_id
        lines.reconcile()
        return lines
