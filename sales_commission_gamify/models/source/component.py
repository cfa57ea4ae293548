from odoo import fields, models
from odoo.tools import SQL


class SalesCommissionComponent(models.Model):
    """Who is credited for the events that a component counts."""

    _inherit = "sales.commission.component"

    def _get_credit_query(self, events, payee_ids=None):
        """The credits for *events*, each with its payee and measuring period.

        :param events: ``SQL`` with the columns of ``measure._get_event_columns``
        :param payee_ids: only these employees; None for all
        :return: ``SQL`` with the columns of ``measure._get_target_columns``
        """
        self.ensure_one()
        plan = self.plan_id
        self.env["hr.employee"].flush_model(["user_id", "company_id"])
        self.env["sales.commission.assignment"].flush_model()
        return SQL(
            """
            SELECT %(component)s AS component_id, credited.employee_id,
                   credited.level, event.source_id, event.document_id,
                   event.origin_id, event.document_name, event.sold, event.date,
                   period.date_from, period.date_to,
                   event.amount * credited.percent / 100 AS amount,
                   event.quantity * credited.percent / 100 AS quantity,
                   credited.below_percent, event.source_amount,
                   event.source_currency_id
              FROM (%(events)s) event
              JOIN (%(periods)s) period
                ON event.date BETWEEN period.date_from AND period.date_to
              %(payees)s
             WHERE event.sold >= %(plan_from)s
               AND event.sold <= COALESCE(%(plan_to)s::date, 'infinity')
               AND %(wanted)s
            """,
            component=self.id,
            events=events,
            periods=self._get_periods_sql(plan),
            payees=getattr(self, f"_get_payees_sql_{self.credited_to}")(),
            plan_from=plan.date_from,
            plan_to=plan.date_to or None,
            wanted=SQL("TRUE")
            if payee_ids is None
            else SQL("credited.employee_id = ANY(%s)", list(payee_ids)),
        )

    def _get_payees_sql_salesperson(self):
        """A join that adds ``credited (employee_id, level, percent, below_percent)``
        to each row of ``event``."""
        return SQL(
            """
            JOIN LATERAL (
                SELECT assignment.employee_id, 0 AS level, 100 AS percent,
                       0 AS below_percent
                  FROM sales_commission_assignment assignment
                 WHERE assignment.plan_id = %s
                   AND (assignment.user_id = event.user_id
                        OR assignment.employee_id = event.employee_id)
                   AND event.sold >= assignment.date_from
                   AND event.sold <= COALESCE(assignment.date_to, 'infinity')
            ) credited ON TRUE
            """,
            self.plan_id.id,
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
