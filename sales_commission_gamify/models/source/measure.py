from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class SalesCommissionMeasure(models.Model):
    _inherit = "sales.commission.measure"

    def _get_target_query(self, component, document_ids=None, payee_ids=None):
        """What *component* should credit for the documents as they are now.

        A refund belongs to the plan, payee and dates of the sale it takes back, so
        that no other plan counts it and this one cannot miss it; by policy it
        counts in the sale's period or in its own.

        :param document_ids: only these documents; None for all
        :param payee_ids: only these employees; None for all
        :return: ``SQL`` with the columns of ``_get_target_columns``, or None when
            nothing can match
        """
        self.ensure_one()
        return getattr(self, f"_get_target_query_{self.source}")(
            component, document_ids, payee_ids
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

    def _get_target_query_invoice_line(self, component, document_ids, payee_ids):
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
                   %(amount)s AS amount,
                   -line.amount_currency AS source_amount,
                   line.currency_id AS source_currency_id
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN account_move parent
                ON parent.id = COALESCE(move.reversed_entry_id, move.id)
              JOIN account_move origin
                ON origin.id = COALESCE(parent.reversed_entry_id, parent.id)
             CROSS JOIN LATERAL (
                SELECT COALESCE(origin.invoice_date, origin.date) AS sold,
                       %(date)s AS date) counted
              JOIN sales_commission_assignment assignment
                ON assignment.plan_id = %(plan)s
               AND assignment.user_id = origin.invoice_user_id
               AND counted.sold >= assignment.date_from
               AND counted.sold <= COALESCE(assignment.date_to, 'infinity')
              JOIN hr_employee payee ON payee.id = assignment.employee_id
              JOIN (%(periods)s) period
                ON counted.date BETWEEN period.date_from AND period.date_to
             WHERE line.id IN %(lines)s AND line.balance != 0
               AND counted.sold >= %(plan_from)s
               AND counted.sold <= COALESCE(%(plan_to)s::date, 'infinity')
               AND %(payees)s
            """,
            component=component.id,
            amount=self._get_invoice_amount_sql(plan.currency_id),
            payees=SQL("TRUE")
            if payee_ids is None
            else SQL("payee.id = ANY(%s)", list(payee_ids)),
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

    def _get_invoice_amount_sql(self, currency):
        """A refund takes back the sale at the sale's exchange rate, not its own."""
        return SQL(
            """
            CASE WHEN move.id != origin.id AND line.currency_id = origin.currency_id
                  AND line.currency_id != %s AND origin.invoice_currency_rate > 0
                 THEN ROUND((-line.amount_currency
                             / origin.invoice_currency_rate)::numeric, %s)
                 ELSE -line.balance END
            """,
            currency.id,
            currency.decimal_places,
        )

    def _get_gone_sql(self, held):
        """Whether a credit's document no longer counts at all, whatever its content.

        :param held: alias of the credit's row
        """
        self.env["account.move"].flush_model(["state"])
        return SQL(
            """NOT EXISTS (SELECT 1 FROM account_move gone
                            WHERE gone.id = %s AND gone.state = 'posted')""",
            SQL.identifier(held, "document_id"),
        )

    def _get_periods_sql(self, plan):
        """The plan's measuring periods up to a year ahead, as a table. Refunds may
        count in a period after the plan's end."""
        ahead = fields.Date.add(fields.Date.today(), years=1)
        last = max(plan.date_to or ahead, ahead)
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
