from odoo import models
from odoo.tools import SQL

from ..source.invoice_measure import SALES
from .exception import RECORD_SLOT


class SalesCommissionException(models.Model):
    """Documents that nobody is credited for.

    Only since the first plan of the company that counts such documents: what was sold
    before anything was promised is nobody's. Of a document that is shared, each share
    needs its payee; the first that lacks one is told.
    """

    _inherit = "sales.commission.exception"

    def _get_live_sql(self, sources):
        """``company_id, since, zone``: from when on documents of these *sources* count
        for a plan, also in the branches of the plan's company."""
        return SQL(
            """
            SELECT company.id AS company_id, MIN(plan.date_from) AS since,
                   MIN(COALESCE(NULLIF(calendar.tz, ''), NULLIF(partner.tz, ''), 'UTC'))
                       AS zone
              FROM sales_commission_plan plan
              JOIN sales_commission_component component ON component.plan_id = plan.id
              JOIN sales_commission_measure measure
                ON measure.id = component.measure_id AND measure.source = ANY(%s)
              JOIN res_company root ON root.id = plan.company_id
              JOIN res_company company
                ON company.parent_path LIKE root.parent_path || '%%'
              JOIN res_partner partner ON partner.id = company.partner_id
              LEFT JOIN resource_calendar calendar
                ON calendar.id = company.resource_calendar_id
             WHERE plan.state != 'draft' AND component.basis = 'measure' AND %s
             GROUP BY company.id
            """,
            list(sources),
            self._get_companies_sql(SQL("company.id")),
        )

    def _get_invoice_sql(self):
        move = SQL(
            """
              FROM (%(live)s) live
              JOIN account_move move ON move.company_id = live.company_id
               AND move.invoice_date >= live.since AND move.state = 'posted'
               AND move.move_type IN %(types)s
              %(origin)s
            """,
            live=self._get_live_sql(("invoice_line", "payment")),
            types=SALES,
            origin=self.env["sales.commission.measure"]._get_origin_join_sql(),
        )
        documents = SQL(
            """
            SELECT move.id AS number,
                   move.name AS document_name, move.company_id,
                   COALESCE(origin.invoice_date, origin.date) AS sold,
                   CASE WHEN move.payment_state IN ('partial', 'in_payment', 'paid')
                        THEN ARRAY['invoice_line', 'payment']
                        ELSE ARRAY['invoice_line'] END AS sources,
                   split.id AS split_id, split.employee_id,
                   CASE WHEN split.id IS NULL THEN origin.invoice_user_id END
                       AS user_id,
                   ROUND(move.amount_untaxed_signed
                         * COALESCE(split.percent::numeric, 100) / 100, 2) AS amount
              %s
              LEFT JOIN sales_commission_split split
                ON split.move_id = origin.id AND split.kind = 'share'
             WHERE COALESCE(origin.invoice_date, origin.date) >= live.since
            """,
            move,
        )
        return [self._get_documents_sql("invoice", "account.move", 0, documents)]

    def _get_order_sql(self):
        day = SQL("(sale.date_order AT TIME ZONE 'UTC' AT TIME ZONE live.zone)::date")
        documents = SQL(
            """
            SELECT sale.id AS number,
                   sale.name AS document_name, sale.company_id, %(day)s AS sold,
                   ARRAY['order_line'] AS sources, split.id AS split_id,
                   split.employee_id,
                   CASE WHEN split.id IS NULL THEN sale.user_id END AS user_id,
                   ROUND(sale.amount_untaxed
                         / COALESCE(NULLIF(sale.currency_rate, 0), 1)::numeric
                         * COALESCE(split.percent::numeric, 100) / 100, 2) AS amount
              FROM (%(live)s) live
              JOIN sale_order sale ON sale.company_id = live.company_id
               AND sale.state = 'sale' AND sale.date_order >= live.since - 1
              LEFT JOIN sales_commission_split split
                ON split.order_id = sale.id AND split.kind = 'share'
             WHERE %(day)s >= live.since
            """,
            day=day,
            live=self._get_live_sql(("order_line",)),
        )
        return [self._get_documents_sql("order", "sale.order", 1, documents)]

    def _get_record_sql(self):
        """A query for each model that measures count, whatever the number of its
        records."""
        # sudo: which measures count what is no secret
        components = (
            self.env["sales.commission.component"]
            .sudo()
            .search(
                [
                    ("plan_id.state", "!=", "draft"),
                    ("basis", "=", "measure"),
                    ("measure_id.source", "=", "record"),
                    ("credited_to", "in", ("salesperson", "hierarchy")),
                ],
                order="id",
            )
        )
        if not self.env.su:
            companies = self.env.companies
            components = components.filtered(lambda c: c.company_id in companies)
        parts = []
        by_model = components.grouped(lambda c: c.measure_id.model_name)
        by_model = dict(sorted(by_model.items(), key=lambda item: item[0] or ""))
        for position, (model, counting) in enumerate(by_model.items()):
            queries = [
                query for one in counting if (query := self._get_events_sql(one))
            ]
            if queries and position < RECORD_SLOT:
                documents = SQL(" UNION ALL ").join(queries)
                slot = RECORD_SLOT + position
                parts.append(self._get_documents_sql("record", model, slot, documents))
        return parts

    def _get_events_sql(self, component):
        measure, plan = component.measure_id, component.plan_id
        events = measure._get_event_query_record(component, None)
        return events and SQL(
            """
            SELECT event.document_id AS number,
                   COALESCE(event.document_name, '#' || event.document_id)
                       AS document_name,
                   %(company)s AS company_id, event.sold, ARRAY['record'] AS sources,
                   NULL::int AS split_id, event.employee_id, event.user_id,
                   %(amount)s AS amount
              FROM (%(events)s) event
             WHERE event.sold BETWEEN %(first)s AND COALESCE(%(last)s, 'infinity'::date)
            """,
            company=plan.company_id.id,
            amount=SQL("event.amount::numeric")
            if component.unit == "money"
            else SQL("NULL::numeric"),
            events=events,
            first=plan.date_from,
            last=plan.date_to or None,
        )

    def _get_documents_sql(self, kind, model, slot, documents):
        """Those of *documents* that nobody is credited for, with the reason.

        :param documents: ``SQL`` with a row for each who should be credited: number,
            document_name, company_id, sold, sources (what of it counts now), split_id,
            employee_id or user_id, amount
        """
        columns = {
            "id": self._number_sql(SQL("missing.number"), slot),
            "kind": SQL("%s", kind),
            "reason": SQL("missing.reason"),
            "source_model": SQL("%s", model),
            "source_id": SQL("missing.number"),
            "document_model": SQL("%s", model),
            "document_id": SQL("missing.number"),
            "document_name": SQL("missing.document_name"),
            "salesperson_id": SQL("missing.user_id"),
            "employee_id": SQL("missing.payee_id"),
            "company_id": SQL("missing.company_id"),
            "date": SQL("missing.sold"),
            "amount": SQL("missing.amount"),
        }
        source = SQL(
            """
            FROM (
              WITH document AS (%(documents)s),
              uncredited AS MATERIALIZED (
                SELECT document.* FROM document
                 WHERE NOT EXISTS (
                    SELECT 1 FROM sales_commission_credit c
                      LEFT JOIN sales_commission_credit r ON r.reversal_of_id = c.id
                     WHERE c.document_model = %(model)s
                       AND c.document_id = document.number
                       AND c.reversal_of_id IS NULL AND r.id IS NULL
                       AND (document.split_id IS NULL
                            OR c.employee_id = document.employee_id))
                   AND document.number NOT IN (
                    SELECT failed.number::int
                      FROM sales_commission_run run
                     CROSS JOIN jsonb_array_elements_text(run.document_ids)
                        AS failed(number)
                     WHERE run.state = 'failed' AND run.document_model = %(model)s)
              )
              SELECT DISTINCT ON (number) * FROM (
                SELECT uncredited.*, payee.id AS payee_id, %(reason)s AS reason
                  FROM uncredited
                 CROSS JOIN LATERAL (SELECT %(payee)s AS id) payee
                 CROSS JOIN LATERAL (%(counting)s) running
                 WHERE running.counts IS NOT FALSE
                   AND NOT (running.counts IS TRUE AND uncredited.amount = 0)
              ) found ORDER BY number, split_id
            ) missing
            """,
            documents=documents,
            model=model,
            reason=self._get_reason_sql(),
            payee=self._get_payee_sql(),
            counting=self._get_counting_sql(),
        )
        return self._select_sql(columns, source)

    def _get_reason_sql(self):
        return SQL(
            """
            CASE WHEN uncredited.user_id IS NULL AND uncredited.employee_id IS NULL
                 THEN 'no_salesperson'
                 WHEN payee.id IS NULL THEN 'no_employee'
                 WHEN running.counts IS NULL THEN 'no_plan'
                 ELSE 'not_counted' END
            """
        )

    def _get_payee_sql(self):
        """As credits know whose a login is: by the plans, then by the employees."""
        return SQL(
            """
            COALESCE(uncredited.employee_id, (
                SELECT a.employee_id FROM sales_commission_assignment a
                 WHERE a.user_id = uncredited.user_id
                   AND a.company_id = uncredited.company_id
                   AND uncredited.sold BETWEEN a.date_from
                                           AND COALESCE(a.date_to, 'infinity')
                 ORDER BY a.id LIMIT 1
            ), (
                SELECT employee.id FROM hr_employee employee
                 WHERE employee.user_id = uncredited.user_id
                   AND employee.company_id = uncredited.company_id
                 ORDER BY employee.active DESC, employee.id LIMIT 1
            ))
            """
        )

    def _get_counting_sql(self):
        """Whether a plan that the payee takes part in counts such documents; NULL when
        he takes part in none. FALSE is as planned, and no exception."""
        return SQL(
            """
            SELECT BOOL_OR(measure.source = ANY(uncredited.sources)) AS counts
              FROM sales_commission_assignment a
              JOIN sales_commission_plan plan
                ON plan.id = a.plan_id AND plan.state != 'draft'
              JOIN sales_commission_component component ON component.plan_id = plan.id
              JOIN sales_commission_measure measure
                ON measure.id = component.measure_id
             WHERE a.employee_id = payee.id AND a.company_id = uncredited.company_id
               AND uncredited.sold >= GREATEST(a.date_from, plan.date_from)
               AND uncredited.sold <= LEAST(COALESCE(a.date_to, 'infinity'),
                                            COALESCE(plan.date_to, 'infinity'))
            """
        )
