from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class SalesCommissionMeasure(models.Model):
    _inherit = "sales.commission.measure"

    def _get_target_query(self, component, document_ids=None):
        """What *component* should credit for the documents as they are now.

        :param document_ids: only these documents; None for all
        :return: ``SQL`` with the columns of ``_get_target_columns``, or None when
            nothing can match
        """
        self.ensure_one()
        return getattr(self, f"_get_target_query_{self.source}")(
            component, document_ids
        )

    def _get_target_columns(self):
        """Columns of a target query. Amounts are positive for a sale; ``amount``
        is in the plan's currency, ``source_amount`` in the document's.
        ``origin_id`` is the sale itself, for a refund the sale it takes back."""
        return [
            "component_id",
            "employee_id",
            "level",
            "source_id",
            "document_id",
            "origin_id",
            "document_name",
            "date",
            "date_from",
            "date_to",
            "amount",
            "source_amount",
            "source_currency_id",
        ]

    def _get_document_models(self):
        """The source's model and the model of the document it belongs to."""
        return {"invoice_line": ("account.move.line", "account.move")}[self.source]

    def _get_target_query_invoice_line(self, component, document_ids):
        plan = component.plan_id
        # sudo: what a plan counts must not depend on what its reader may see
        lines = self.env["account.move.line"].sudo().with_company(plan.company_id)
        domain = (
            Domain("company_id", "=", plan.company_id.id)
            & Domain("parent_state", "=", "posted")
            & Domain("display_type", "=", "product")
            & Domain(
                "move_id.move_type", "in", ("out_invoice", "out_refund", "out_receipt")
            )
            & self._parse_domain(self.domain, self.name)
            & self._parse_domain(component.domain, component.name)
        )
        if document_ids is not None:
            domain &= Domain("move_id", "in", document_ids)
        query = lines._search(domain, active_test=False)
        if query.is_empty():
            return None
        self._flush_invoice_lines()
        return SQL(
            """
            SELECT %(component)s AS component_id, payee.id AS employee_id,
                   0 AS level, line.id AS source_id, move.id AS document_id,
                   origin.id AS origin_id, move.name AS document_name,
                   counted.date, period.date_from, period.date_to,
                   -line.balance AS amount,
                   -line.amount_currency AS source_amount,
                   line.currency_id AS source_currency_id
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN account_move origin
                ON origin.id = COALESCE(move.reversed_entry_id, move.id)
             CROSS JOIN LATERAL (SELECT %(date)s AS date) counted
              JOIN hr_employee payee ON payee.user_id = origin.invoice_user_id
               AND payee.company_id = %(company)s
              JOIN sales_commission_assignment assignment
                ON assignment.plan_id = %(plan)s
               AND assignment.employee_id = payee.id
               AND counted.date >= assignment.date_from
               AND counted.date <= COALESCE(assignment.date_to, 'infinity')
              JOIN (%(periods)s) period
                ON counted.date BETWEEN period.date_from AND period.date_to
             WHERE line.id IN %(lines)s AND line.balance != 0
               AND counted.date >= %(plan_from)s
               AND counted.date <= COALESCE(%(plan_to)s::date, 'infinity')
            """,
            component=component.id,
            company=plan.company_id.id,
            plan=plan.id,
            plan_from=plan.date_from,
            plan_to=plan.date_to or None,
            date=self._get_invoice_date_sql(component),
            periods=self._get_periods_sql(plan),
            lines=query.subselect(),
        )

    def _flush_invoice_lines(self):
        self.env["account.move.line"].flush_model(
            ["move_id", "balance", "amount_currency", "currency_id"]
        )
        self.env["account.move"].flush_model(
            ["name", "reversed_entry_id", "invoice_date", "date", "invoice_user_id"]
        )
        self.env["hr.employee"].flush_model(["user_id", "company_id"])
        self.env["sales.commission.assignment"].flush_model()

    def _get_invoice_date_sql(self, component):
        """The day on which a line counts, by the component's refund policy."""
        table = SQL("origin" if component.refund_period == "original" else "move")
        return SQL("COALESCE(%s.invoice_date, %s.date)", table, table)

    def _get_periods_sql(self, plan):
        """The plan's measuring periods up to a year ahead, as a table."""
        last = plan.date_to or fields.Date.add(fields.Date.today(), years=1)
        return SQL(
            "SELECT * FROM unnest(%s::date[], %s::date[]) AS p(date_from, date_to)",
            *(
                list(bounds)
                for bounds in zip(
                    *plan._get_periods(plan.date_from, max(last, plan.date_from)),
                    strict=True,
                )
            ),
        )
