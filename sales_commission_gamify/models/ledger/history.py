import logging
import time

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..design.access import check_group
from .retry import BUSY

_logger = logging.getLogger(__name__)

# A plan of more documents than these is brought in bit by bit, by the scheduler.
LARGE = 5_000
DOCUMENTS_AT_ONCE = 5_000
# PostgreSQL plans for an empty table, which costs more with each row, until it has seen
# what comes in.
DOCUMENTS_AT_FIRST = 100
PAYEES_AT_ONCE = 100

# How often a bit is tried when others work on the same documents.
TRIES = 5
PAUSE_SECONDS = 0.5

OPEN = ("waiting", "running", "failed")


class SalesCommissionRun(models.Model):
    """Bringing in the history of a plan that reaches back over many documents.

    The documents are credited in batches in the order of their numbers, then the payees
    are priced. How far it came is committed with each batch: whatever ends the process,
    the next one goes on from there. Doing a batch twice would add nothing.

    What is posted meanwhile is credited at once, as always. Documents beyond the last
    number that there was at the start need not be looked at for that reason.
    """

    _inherit = "sales.commission.run"

    total = fields.Integer(
        string="Documents and payees",
        readonly=True,
        help="How many documents are gone through and payees priced.",
    )
    done = fields.Integer(string="Of them done", readonly=True)
    percentage = fields.Float(string="Progress", compute="_compute_percentage")
    # which models are still to do, the last number done, the last number to do
    place = fields.Json(readonly=True)
    # only these employees; empty for all
    payee_numbers = fields.Json(readonly=True)
    looks_back = fields.Boolean(
        readonly=True,
        help="Whether documents count that an earlier sweep did not count.",
    )

    @api.depends("total", "done", "state")
    def _compute_percentage(self):
        for run in self:
            share = 100.0 * run.done / run.total if run.total else 0.0
            # what is left at the end takes a moment, too
            run.percentage = 100.0 if run.state == "done" else min(share, 99.0)

    @api.model
    def _run_components(self, components, document_ids=None, payee_ids=None):
        if document_ids is None:
            self._without_compiling()
        return super()._run_components(components, document_ids, payee_ids)

    @api.model
    def _without_compiling(self):
        """PostgreSQL compiles statements that it expects to be long (JIT). Ours have so
        many expressions that this takes longer than they do."""
        self.env.execute_query(SQL("SELECT set_config('jit', 'off', TRUE)"))

    # --- when a plan goes this way ------------------------------------------------

    @api.model
    def _run_plans(self, plans, trigger, payees=None):
        """Plans of many documents are left to the scheduler."""
        plans = plans.sudo().filtered(lambda plan: plan.state != "draft")
        large = plans.filtered(lambda plan: self._is_large(plan, payees))
        queued = self.browse()
        for plan in large:
            queued |= self._queue_history(plan, payees)
        if not plans - large:
            return queued
        return super()._run_plans(plans - large, trigger, payees)

    @api.model
    def _is_large(self, plan, payees=None):
        """Whether a transaction of its own cannot do it in a moment. While a plan is
        brought in, what changes for all its payees comes after that."""
        unfinished = self._get_history_domain(plan)
        if payees is None and self.search_count(unfinished, limit=1):
            return True
        [(count,)] = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM (SELECT 1 FROM (%s) document LIMIT %s) few",
                self._get_history_sql(plan, payees),
                LARGE + 1,
            )
        )
        return count > LARGE

    @api.model
    def _get_history_domain(self, plans, states=OPEN):
        return Domain("trigger", "=", "history") & Domain(
            [("plan_ids", "in", plans.ids), ("state", "in", states)]
        )

    @api.model
    def _queue_history(self, plan, payees=None):
        """One run for what has to be done; one that has not begun will do."""
        numbers = sorted(payees.ids) if payees is not None else False
        looks_back = self._must_look_back(plan)
        waiting = self.search(self._get_history_domain(plan, ["waiting"])).filtered(
            lambda run: (
                not run.place
                and (run.payee_numbers or False) in (False, numbers)
                and run.looks_back >= looks_back
            )
        )
        if waiting:
            self._wake_history()
            return waiting[:1]
        run = self.create(
            {
                "trigger": "history",
                "state": "waiting",
                "plan_ids": [fields.Command.set(plan.ids)],
                "company_id": plan.company_id.id,
                "payee_numbers": numbers,
                "looks_back": looks_back,
                "attempts": 0,
            }
        )
        self._wake_history()
        self._forget_shown()
        return run

    @api.model
    def _forget_shown(self):
        """What plans show of their history is read again."""
        self.env["sales.commission.plan"].invalidate_model(
            ["history_run_id", "history_state", "history_percentage"]
        )

    @api.model
    def _must_look_back(self, plan):
        """Compute looks only for what was missed since the last sweep, unless the plan
        was never brought in to its end."""
        if not self.env.context.get("sales_commission_sweep") or not plan.swept_on:
            return True
        last = self.search(
            self._get_history_domain(plan, [*OPEN, "cancelled", "done"]), limit=1
        )
        return bool(last) and last.state != "done" and last.looks_back

    @api.model
    def _wake_history(self, at=None):
        cron = self.env.ref("sales_commission_gamify.ir_cron_history", False)
        if cron:  # an administrator may have deleted it
            cron._trigger(at)

    # --- which documents -----------------------------------------------------------

    @api.model
    def _get_history_measures(self, plan):
        """Measures by the model of their documents. Commissions on commissions follow
        when there are some."""
        components = plan.component_ids.filtered(
            lambda c: (
                c.basis == "measure"
                and c.measure_id
                and not self._counts_commissions(c)
            )
        )
        return components.measure_id.grouped(lambda m: m._get_document_models()[1])

    @api.model
    def _get_history_sql(self, plan, payees=None, model=None, extent=None):
        """``SQL`` with the ids of the documents, of all models or one of them.

        :param extent: ``SQL`` that goes on after WHERE, for each kind of source
        """
        user_ids = None
        if payees is not None and all(
            component.credited_to == "salesperson" for component in plan.component_ids
        ):
            user_ids = payees.sudo().user_id.ids
        queries = []
        for name, measures in self._get_history_measures(plan).items():
            if model in (None, name):
                queries += [
                    same._get_documents_sql(plan, user_ids)
                    for same in measures.grouped("source").values()
                ]
        return SQL(" UNION ").join(
            SQL("(SELECT id FROM (%s) one WHERE %s)", query, extent or SQL("TRUE"))
            for query in [*filter(None, queries), SQL("SELECT 0 AS id WHERE FALSE")]
        )

    def _get_batch(self, model, last_id, bound):
        """The next documents: those that may count, and those that are credited."""
        plan = self.plan_ids
        payees = self._get_payees()
        limit = DOCUMENTS_AT_ONCE
        if not last_id:
            limit = min(limit, DOCUMENTS_AT_FIRST)
        return [
            document_id
            for (document_id,) in self.env.execute_query(
                SQL(
                    """
                    SELECT id FROM (
                        %(documents)s UNION
                        (SELECT DISTINCT document_id FROM sales_commission_credit
                          WHERE plan_id = %(plan)s AND document_model = %(model)s
                            AND document_id > %(last)s AND document_id <= %(bound)s
                          ORDER BY document_id LIMIT %(limit)s)) page
                     ORDER BY id LIMIT %(limit)s
                    """,
                    documents=self._get_history_sql(
                        plan,
                        payees,
                        model,
                        SQL(
                            "id > %s AND id <= %s ORDER BY id LIMIT %s",
                            last_id,
                            bound,
                            limit,
                        ),
                    ),
                    plan=plan.id,
                    model=model,
                    last=last_id,
                    bound=bound,
                    limit=limit,
                )
            )
        ]

    def _get_payees(self):
        """The employees it is for, None for all."""
        if not self.payee_numbers:
            return None
        return self.env["hr.employee"].sudo().browse(self.payee_numbers).exists()

    # --- bit by bit ------------------------------------------------------------------

    @api.model
    def _cron_history(self):
        """Bring in what waits as long as the scheduler lets us, each bit committed."""
        cron = self.env["ir.cron"]
        waiting = Domain("trigger", "=", "history") & Domain(
            "state", "in", ("waiting", "running")
        )
        while run := self.search(waiting, order="id", limit=1):
            before = run.done
            run._bring_in_or_fail()
            processed = max(run.done - before, 1)
            left = self.search(waiting)
            remaining = sum(max(one.total - one.done, 1) for one in left)
            if not cron._commit_progress(processed, remaining=remaining):
                break

    def _bring_in_or_fail(self):
        """A bit that fails keeps what was brought in before, and the reason."""
        for attempt in range(1, TRIES + 1):
            try:
                with self.env.cr.savepoint():
                    self._bring_in()
                return
            except BUSY as error:
                # others were faster: what they wrote is seen by a new transaction only
                self.env.cr.rollback()
                self.env.invalidate_all()
                if attempt == TRIES:
                    return self._keep_history_failure(error)
                time.sleep(PAUSE_SECONDS * attempt)
            except Exception as error:
                _logger.exception("%s failed", self.name)
                return self._keep_history_failure(error)

    def _keep_history_failure(self, error):
        values = self._prepare_failure_vals(error, self.attempts + 1)
        self.write({"state": "failed", **values})
        self._wake_sweep(values["retry_at"])

    def _bring_in(self):
        """The next bit."""
        self.ensure_one()
        self._without_compiling()
        if self.plan_ids.state == "draft" or not self.plan_ids:
            self.state = "cancelled"
        elif not self.place:
            self._begin()
        elif self.place["models"]:
            self._bring_in_documents()
        else:
            self._bring_in_payees()

    def _begin(self):
        plan, payees = self.plan_ids, self._get_payees()
        bounds, total = {}, 0
        for model in self._get_history_measures(plan):
            if model not in self.env:
                continue
            [(count, bound)] = self.env.execute_query(
                SQL(
                    "SELECT COUNT(*), MAX(id) FROM (%s) document",
                    self._get_history_sql(plan, payees, model),
                )
            )
            [(credited,)] = self.env.execute_query(
                SQL(
                    """SELECT MAX(document_id) FROM sales_commission_credit
                        WHERE plan_id = %s AND document_model = %s""",
                    plan.id,
                    model,
                )
            )
            bounds[model] = max(bound or 0, credited or 0)
            total += count
        self.write(
            {
                "state": "running",
                "total": total + len(plan.assignment_ids.employee_id),
                "place": {"models": list(bounds), "bounds": bounds, "last": 0},
            }
        )

    def _bring_in_documents(self):
        place = self.place
        model = place["models"][0]
        ids = self._get_batch(model, place["last"], place["bounds"][model])
        if not ids:
            self.place = {**place, "models": place["models"][1:], "last": 0}
            return
        runs = self.with_context(
            sales_commission_missing=True, sales_commission_sweep=not self.looks_back
        )
        components = self.plan_ids.component_ids.filtered(
            lambda c: (
                c.measure_id
                and not self._counts_commissions(c)
                and c.measure_id._get_document_models()[1] == model
            )
        )
        credit = runs.env["sales.commission.credit"]._apply(
            components.with_env(runs.env), ids, self.payee_numbers or None
        )
        if not place["last"]:
            # else PostgreSQL would go on like that for a minute
            self.env.execute_query(SQL("ANALYZE sales_commission_credit"))
        runs._reward(credit)
        self.write(
            {
                "place": {**place, "last": ids[-1]},
                "done": min(self.done + len(ids), self.total),
                "credit_count": self.credit_count + len(credit),
            }
        )

    def _bring_in_payees(self):
        """All periods of some payees, for their running totals hang together."""
        components = self.plan_ids.component_ids
        keys = self._get_unpriced(components)
        payees = sorted({key[1] for key in keys if key[1] > self.place["last"]})
        payees = payees[:PAYEES_AT_ONCE]
        if not payees:
            self._finish()
            return
        earnings, left = self.env["sales.commission.earning"]._apply(
            {key for key in keys if key[1] in payees}
        )
        if left:
            self._wake_sweep()
        earnings |= self._after_pricing(earnings)
        self.write(
            {
                "place": {**self.place, "last": payees[-1]},
                "done": min(self.done + len(payees), self.total),
                "earning_count": self.earning_count + len(earnings),
            }
        )

    def _finish(self):
        plan = self.plan_ids
        asked = plan.component_ids.filtered(self._counts_commissions)
        _credit, earnings = self._run_components(
            asked, payee_ids=self.payee_numbers or None
        )
        earnings |= self._price_by_target(plan, self._get_payees())
        self.env["sales.commission.period"]._create_missing(plan.company_id)
        if self.looks_back and not self.payee_numbers:
            plan._keep_swept(self.create_date)
        self.write(
            {
                "state": "done",
                "done": self.total,
                "error": False,
                "detail": False,
                "retry_at": False,
                "earning_count": self.earning_count + len(earnings),
            }
        )

    # --- what the sweep leaves to it, and buttons -----------------------------------

    @api.model
    def _sweep_company(self, plans):
        """A plan whose history is still to come is not swept: that would bring it in at
        a stroke."""
        unfinished = self.search(self._get_history_domain(plans)).plan_ids
        return super()._sweep_company(plans - unfinished)

    def _retry(self):
        histories = self.filtered(
            lambda run: run.trigger == "history" and run.state == "failed"
        )
        histories.write({"state": "waiting", "retry_at": False})
        if histories:
            self._wake_history()
        return super(SalesCommissionRun, self - histories)._retry()

    def action_cancel_history(self):
        """What was brought in stays and is priced; what was not stays out until
        Compute is asked for it."""
        check_group(self.env, "group_officer")
        self.check_access("read")
        runs = self.sudo().filtered(  # sudo: the group is checked above
            lambda run: run.trigger == "history" and run.state in OPEN
        )
        runs.write({"state": "cancelled", "retry_at": False})
        for run in runs:
            # from now on the sweep looks for what is new, not for all of it
            if not run.plan_ids.swept_on:
                run.plan_ids._keep_swept(run.create_date)
        self._wake_sweep()
        self._forget_shown()
        return True
