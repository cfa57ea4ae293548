from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class SalesCommissionException(models.Model):
    """What holds up the pay of somebody who has earned it: a plan not accepted where
    the company requires it, a payee whom nobody knows how to pay."""

    _inherit = "sales.commission.exception"

    @api.model
    def _get_kinds(self):
        return {
            **super()._get_kinds(),
            "acceptance": self.env._("Acceptance"),
            "contact": self.env._("Payee's contact"),
        }

    @api.model
    def _get_reasons(self):
        return [
            *super()._get_reasons(),
            ("not_accepted", self.env._("The plan is not accepted")),
            ("no_contact", self.env._("The payee has no work contact")),
        ]

    @api.model
    def _get_sentences(self):
        return {
            **super()._get_sentences(),
            "not_accepted": self.env._(
                "%(payee)s has not accepted the plan “%(plan)s”, so %(amount)s cannot "
                "be paid: remind the payee, or record the signed paper on the plan."
            ),
            "no_contact": self.env._(
                "%(payee)s has no work contact, so %(amount)s has nobody to be paid "
                "to: set the work contact on the employee."
            ),
        }

    def _get_open_sql(self):
        """Earnings that no confirmed statement pays yet, held back or not."""
        return SQL(
            """
            SELECT e.company_id, e.plan_id, e.employee_id, e.date_to, e.amount
              FROM sales_commission_earning e WHERE NOT %s
             UNION ALL
            SELECT p.company_id, p.plan_id, p.employee_id, p.date_to, -p.amount
              FROM sales_commission_payable p WHERE %s
            """,
            self._get_paid_sql("earning", "e"),
            self._get_paid_sql("payable", "p"),
        )

    def _get_paid_sql(self, kind, alias):
        """Whether the row *alias* is on a statement that is confirmed."""
        return SQL(
            """
            EXISTS (
                SELECT 1 FROM %s rel
                  JOIN sales_commission_statement_line line ON line.id = rel.line_id
                  JOIN sales_commission_statement statement
                    ON statement.id = line.statement_id
                 WHERE rel.%s = %s AND statement.state != 'draft')
            """,
            SQL.identifier(f"sales_commission_statement_line_{kind}_rel"),
            SQL.identifier(f"{kind}_id"),
            SQL.identifier(alias, "id"),
        )

    def _get_acceptance_sql(self):
        columns = {
            "id": self._number_sql(SQL("waiting.number"), 8),
            "kind": SQL("'acceptance'"),
            "reason": SQL("'not_accepted'"),
            "source_model": SQL("'sales.commission.assignment'"),
            "source_id": SQL("waiting.number"),
            "employee_id": SQL("waiting.employee_id"),
            "plan_id": SQL("waiting.plan_id"),
            "company_id": SQL("waiting.company_id"),
            "date": SQL("waiting.date_to"),
            "amount": SQL("waiting.amount"),
        }
        source = SQL(
            """
              FROM (SELECT a.id AS number, e.plan_id, e.employee_id, e.company_id,
                           MAX(e.date_to) AS date_to, SUM(e.amount) AS amount
                      FROM (%s) e
                      JOIN res_company company ON company.id = e.company_id
                       AND company.sales_commission_require_acceptance
                     CROSS JOIN LATERAL (
                        SELECT MIN(id) AS id FROM sales_commission_assignment
                         WHERE plan_id = e.plan_id AND employee_id = e.employee_id) a
                     WHERE NOT EXISTS (
                        SELECT 1 FROM sales_commission_acceptance accepted
                         WHERE accepted.plan_id = e.plan_id
                           AND accepted.employee_id = e.employee_id)
                     GROUP BY 1, 2, 3, 4 HAVING SUM(e.amount) != 0) waiting
            """,
            self._get_open_sql(),
        )
        return [self._select_sql(columns, source)]

    def _get_contact_sql(self):
        columns = {
            "id": self._number_sql(SQL("waiting.employee_id"), 9),
            "kind": SQL("'contact'"),
            "reason": SQL("'no_contact'"),
            "source_model": SQL("'hr.employee'"),
            "source_id": SQL("waiting.employee_id"),
            "employee_id": SQL("waiting.employee_id"),
            "company_id": SQL("waiting.company_id"),
            "date": SQL("waiting.date_to"),
            "amount": SQL("waiting.amount"),
        }
        source = SQL(
            """
              FROM (SELECT e.employee_id, e.company_id, MAX(e.date_to) AS date_to,
                           SUM(e.amount) AS amount
                      FROM (%s) e
                      JOIN hr_employee employee ON employee.id = e.employee_id
                       AND employee.work_contact_id IS NULL
                     GROUP BY 1, 2 HAVING SUM(e.amount) > 0) waiting
            """,
            self._get_open_sql(),
        )
        return [self._select_sql(columns, source)]

    def _get_solution(self):
        own = {"not_accepted": "acceptance", "no_contact": "contact"}
        return own.get(self.reason) or super()._get_solution()

    def _solve_acceptance(self):
        name = self.employee_id.sudo().name
        self._check_officer(self.env._("Ask one to remind %s.", name))
        rows = self.env["sales.commission.assignment"].browse(self.source_id)
        if rows._notify_plan():
            return self._notify(self.env._("Reminded: %s", name), "success")
        return self._notify(
            self.env._(
                "%s has no mail address, or the plan is over: record the signed paper "
                "on the plan.",
                name,
            ),
            "warning",
        )

    def _solve_contact(self):
        employees = self.env["hr.employee"]
        if not employees.has_access("write"):
            raise UserError(
                self.env._(
                    "You may not change employees. Ask your HR officer to set the work "
                    "contact of %s.",
                    self.employee_id.sudo().name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "hr.employee",
            "res_id": self.employee_id.id,
            "views": [(False, "form")],
        }
