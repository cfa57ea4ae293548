from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL


class SalesCommissionMeasure(models.Model):
    _inherit = "sales.commission.measure"

    @api.model
    def _get_source_models(self):
        return {
            **super()._get_source_models(),
            "achievement": "sales.commission.achievement",
        }

    def _get_target_query(self, component, document_ids=None, payee_ids=None):
        """What *component* should credit for the documents as they are now: the
        events that count for it, times who is credited for them.

        :param document_ids: only these documents; None for all
        :param payee_ids: only these employees; None for all
        :return: ``SQL`` with the columns of ``_get_target_columns``, or None when
            nothing can match
        """
        self.ensure_one()
        events = getattr(self, f"_get_event_query_{self.source}")(
            component, document_ids
        )
        return events and component._get_credit_query(events, payee_ids)

    def _get_target_columns(self):
        """Columns of a target query. Amounts are positive for a sale; ``amount``
        is in the plan's currency or the measure's unit, ``source_amount`` in the
        document's. ``quantity`` counts units; of a measure in percent it is what the
        amount is divided by. ``origin_id`` is the sale itself, for a refund the sale
        it takes back. ``below_percent`` is the rate that the levels below get."""
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
            "quantity",
            "below_percent",
            "source_amount",
            "source_currency_id",
        ]

    def _get_event_columns(self):
        """Columns of an event query, one row for what is credited at once.

        ``sold`` is the day on which a payee must take part, ``date`` the day on
        which it counts. Whose it is: ``user_id`` a login, or ``employee_id`` when the
        source names the payee, and ``team_id`` the sales team; ``order_id`` and
        ``move_id`` say whose splits hold. Each may be NULL.
        """
        return [
            "source_id",
            "document_id",
            "origin_id",
            "document_name",
            "sold",
            "date",
            "user_id",
            "employee_id",
            "team_id",
            "order_id",
            "move_id",
            "amount",
            "quantity",
            "source_amount",
            "source_currency_id",
        ]

    def _get_document_models(self):
        """The source's model and the model of the document it belongs to."""
        return {"invoice_line": ("account.move.line", "account.move")}[self.source]

    def _get_event_query_invoice_line(self, component, document_ids):
        """A refund belongs to the plan, payee and dates of the sale it takes back, so
        that no other plan counts it and this one cannot miss it; by policy it counts
        in the sale's period or in its own."""
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
            SELECT line.id AS source_id, move.id AS document_id,
                   origin.id AS origin_id, move.name AS document_name,
                   COALESCE(origin.invoice_date, origin.date) AS sold,
                   %(date)s AS date, origin.invoice_user_id AS user_id,
                   NULL::int AS employee_id, origin.team_id,
                   NULL::int AS order_id, origin.id AS move_id,
                   %(amount)s AS amount, line.quantity * SIGN(-line.balance) AS quantity,
                   -line.amount_currency AS source_amount,
                   line.currency_id AS source_currency_id
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id
              JOIN account_move parent
                ON parent.id = COALESCE(move.reversed_entry_id, move.id)
              JOIN account_move origin
                ON origin.id = COALESCE(parent.reversed_entry_id, parent.id)
             WHERE line.id IN %(lines)s AND line.balance != 0
            """,
            amount=self._get_invoice_amount_sql(plan.currency_id),
            date=self._get_invoice_date_sql(component),
            lines=query.subselect(),
        )

    def _flush_invoice_lines(self):
        self.env["account.move.line"].flush_model(
            ["move_id", "balance", "amount_currency", "currency_id"]
        )
        self.env["account.move"].flush_model(
            [
                "name",
                "reversed_entry_id",
                "invoice_date",
                "date",
                "invoice_user_id",
                "team_id",
            ]
        )

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
