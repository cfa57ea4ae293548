from datetime import timedelta
from functools import partial

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from . import history


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_sweep_place = fields.Json(
        readonly=True,
        groups="base.group_system",
        help="The last document that the sweep looked through in turn, by kind.",
    )


class SalesCommissionRun(models.Model):
    """The sweep of a company of many documents.

    The sweep only adds what was written lately, and only withdraws what is gone or
    whose payee left. These documents are found first, by a pass over the dates and one
    over the credits; they alone are compared. The rest is compared in turn, some
    documents with each sweep, so that whatever is not seen this way is seen later.
    """

    _inherit = "sales.commission.run"

    @api.model
    def _look_through(self, components):
        credit = self.env["sales.commission.credit"]
        earnings = self.env["sales.commission.earning"]
        runs = self.with_context(sales_commission_missing=True)
        keep = []
        for (model, company), many in self._get_many(components).items():
            components -= many
            self._without_compiling()
            ids, place = self._get_next_in_turn(model, many)
            keep.append(partial(self._keep_place, company, model, place))
            ids |= self._get_suspects(model, many)
            for some in split_every(history.DOCUMENTS_AT_ONCE, sorted(ids), list):
                more = runs._run_components(many.with_env(runs.env), some)
                credit, earnings = credit | more[0], earnings | more[1]
        more = super()._look_through(components)
        for function in keep:  # at the very end: the company is locked from then on
            self.env.cr.precommit.add(function)
        return credit | more[0], earnings | more[1]

    @api.model
    def _get_many(self, components):
        """Those of *components* whose documents are many and leave a date when they
        change, by the documents' model and the company."""
        dated = components.filtered(
            lambda c: (
                c.basis == "measure"
                and c.measure_id
                and not c.measure_id._is_judged_fully()
                and c.plan_id.swept_on  # else all of it has to be looked for
            )
        )
        grouped = dated.grouped(
            lambda c: (c.measure_id._get_document_models()[1], c.company_id)
        )
        return {
            (model, company): counting
            for (model, company), counting in grouped.items()
            if self._has_many(model, company)
        }

    @api.model
    def _has_many(self, model, company):
        if model not in self.env:  # its app is gone
            return False
        # sudo: whoever sweeps need not see the documents
        documents = self.env[model].sudo().with_context(active_test=False)
        found = documents.search_count(
            Domain("company_id", "=", company.id), limit=history.LARGE + 1
        )
        return found > history.LARGE

    @api.model
    def _get_suspects(self, model, components):
        """Documents that were written since a day before the last sweep, or that a
        credit should no longer be held for."""
        since = min(components.plan_id.mapped("swept_on")) - timedelta(days=1)
        credits_ = self.env["sales.commission.credit"]
        queries = [self._get_lost_sql(components, credits_._get_left_sql())]
        kinds = components.grouped(
            lambda c: (c.measure_id.source, c.measure_id._get_document_models())
        )
        for counting in kinds.values():
            measure = counting.measure_id[:1]
            queries += [
                measure._get_written_sql(components.company_id, since),
                self._get_lost_sql(counting, measure._get_gone_sql("held")),
            ]
        for name in ("credit", "plan", "assignment"):
            self.env[f"sales.commission.{name}"].flush_model()
        rows = self.env.execute_query(SQL(" UNION ").join(queries))
        return {document_id for (document_id,) in rows}

    @api.model
    def _get_lost_sql(self, components, condition):
        return SQL(
            """
            SELECT held.document_id FROM sales_commission_credit held
             WHERE held.component_id = ANY(%s) AND held.reversal_of_id IS NULL AND %s
               AND NOT EXISTS (SELECT 1 FROM sales_commission_credit reversal
                                WHERE reversal.reversal_of_id = held.id)
            """,
            components.ids,
            condition,
        )

    @api.model
    def _get_next_in_turn(self, model, components):
        """The next documents that somebody is credited for.

        :return: ``(their ids, the place to go on from)``
        """
        company = components.company_id.sudo()  # sudo: nobody else sees the place
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT document_id FROM sales_commission_credit
                 WHERE document_id > %s AND document_model = %s
                   AND component_id = ANY(%s)
                 ORDER BY document_id LIMIT %s
                """,
                (company.sales_commission_sweep_place or {}).get(model, 0),
                model,
                components.ids,
                history.DOCUMENTS_AT_ONCE,
            )
        )
        ids = [document_id for (document_id,) in rows]
        is_last = len(ids) < history.DOCUMENTS_AT_ONCE
        return set(ids), 0 if is_last else ids[-1]

    @api.model
    def _keep_place(self, company, model, place):
        """Raw SQL: nobody who edits the company is waited for."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE res_company SET sales_commission_sweep_place =
                       COALESCE(sales_commission_sweep_place, '{}')
                       || jsonb_build_object(%s::text, %s::int)
                 WHERE id IN (SELECT id FROM res_company WHERE id = %s
                                 FOR NO KEY UPDATE SKIP LOCKED)
                """,
                model,
                place,
                company.id,
            )
        )
        company.invalidate_recordset(["sales_commission_sweep_place"], flush=False)
