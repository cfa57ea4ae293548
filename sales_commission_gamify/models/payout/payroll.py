import base64

from odoo import fields, models
from odoo.exceptions import UserError

from ..design.access import check_group


class SalesCommissionPeriod(models.Model):
    """The file from which payroll pays a period's commissions."""

    _inherit = "sales.commission.period"

    delivery_ids = fields.One2many(
        "sales.commission.delivery",
        "period_id",
        string="Files and e-mails",
        groups="sales_commission_gamify.group_officer,"
        "sales_commission_gamify.group_accountant",
    )

    def action_payroll_csv(self):
        return self._make_payroll_file("csv")

    def action_payroll_xlsx(self):
        return self._make_payroll_file("xlsx")

    def _make_payroll_file(self, extension):
        self.ensure_one()
        self._check_group("group_accountant")
        statements = self._get_payroll_statements()
        if not statements:
            raise UserError(
                self.env._(
                    "Nothing of %(period)s is ready for payroll: no statement with an "
                    "amount to pay is %(states)s.",
                    period=self.name,
                    states=self._get_payroll_states_label(),
                )
            )
        name = self.env._("Payroll %s", f"{self.date_from:%Y-%m}")
        delivery = self.env["sales.commission.delivery"]._deliver(
            "payroll", statements, f"{name}.{extension}", at_once=True
        )
        return delivery._get_answer()

    def _get_payroll_statements(self):
        """In the order of their numbers, which never changes. External agents are
        not on the payroll: they send a bill."""
        states = ["posted", "paid"]
        if self.company_id.sudo().sales_commission_payroll_states == "approved":
            states.append("approved")
        due = self.statement_ids.filtered(
            lambda row: row.state in states and row.amount_payable
        )
        return (due - due._filter_agents()).sorted("number")

    def _get_payroll_states_label(self):
        company = self.company_id.sudo()
        labels = company._fields["sales_commission_payroll_states"]
        return dict(labels._description_selection(self.env))[
            company.sales_commission_payroll_states
        ].lower()

    # --- the other files --------------------------------------------------------

    def action_deliver_pdf(self):
        return self._deliver_statements("pdf", "pdf")

    def action_deliver_workbook(self):
        return self._deliver_statements("workbook", "xlsx")

    def _deliver_statements(self, kind, extension):
        self.ensure_one()
        self._check_group("group_officer", "group_accountant")
        if not self.statement_ids:
            raise UserError(
                self.env._("%s has no statements yet: compute them first.", self.name)
            )
        name = self.env._("Commissions %s", self.name)
        delivery = self.env["sales.commission.delivery"]._deliver(
            kind, self.statement_ids.sorted("number"), f"{name}.{extension}"
        )
        return delivery._get_answer()

    def action_send_statements(self):
        self.ensure_one()
        self._check_group("group_officer", "group_accountant")
        final = self.statement_ids.filtered(lambda row: row.state != "draft")
        if not final:
            raise UserError(
                self.env._(
                    "No statement of %s is confirmed yet, and drafts are not sent.",
                    self.name,
                )
            )
        return final.action_send()


class SalesCommissionDelivery(models.Model):
    _inherit = "sales.commission.delivery"

    def _work_payroll(self, statements):
        files = statements.env["sales.commission.payroll.file"]
        extension = self.name.rpartition(".")[2]
        self.data = base64.b64encode(files._make(statements, extension))

    def action_retry(self):
        if "payroll" in self.mapped("kind"):
            check_group(self.env, "group_accountant")
        return super().action_retry()
