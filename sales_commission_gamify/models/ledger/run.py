import logging
from collections import namedtuple
from contextlib import contextmanager
from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from ..design.access import check_group
from ..design.flushing import flush_models
from ..source.what_if import ask

_logger = logging.getLogger(__name__)

# A component of a published plan, and on what it depends which documents it asks.
Live = namedtuple(
    "Live", "id plan_id company_id date_from date_to credited_to value", module=__name__
)

# Posting an invoice waits this long at most for another computation.
LOCK_TIMEOUT = "200ms"
# One within another hides it until it is released.
APART = SQL.identifier("sales_commission")


class SalesCommissionRun(models.Model):
    """One computation over documents or plans: what it added, or why it failed.

    Posting an invoice leaves a row here only when it failed, so that nothing
    is lost and posting stays fast.
    """

    _name = "sales.commission.run"
    _description = "Commission Run"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    trigger = fields.Selection(
        [
            ("posting", "Document posted or changed"),
            ("plan", "Plan or payees changed"),
            ("manual", "By hand"),
            ("sweep", "Scheduled sweep"),
            ("history", "History brought in"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Under way"),
            ("done", "Done"),
            ("failed", "To retry"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
    )
    document_model = fields.Char(readonly=True)
    document_ids = fields.Json(string="Document Numbers", readonly=True)
    document_names = fields.Char(string="Documents", readonly=True)
    plan_ids = fields.Many2many("sales.commission.plan", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    credit_count = fields.Integer(string="Credits added", readonly=True)
    earning_count = fields.Integer(string="Earnings added", readonly=True)
    attempts = fields.Integer(default=1, readonly=True)
    error = fields.Text(readonly=True)

    @api.depends("trigger", "create_date")
    def _compute_name(self):
        labels = dict(self._fields["trigger"]._description_selection(self.env))
        for run in self:
            run.name = f"{labels.get(run.trigger, '')} #{run.id}"

    # --- one door to the ledger -------------------------------------------------

    @api.model
    def _get_live_domain(self, document_model):
        """Components of published and closed plans that count such documents; the
        context may narrow them to some kinds of sources."""
        sources = self.env.context.get("sales_commission_sources")
        measures = self.env["sales.commission.measure"]
        return Domain("plan_id.state", "!=", "draft") & Domain(
            "measure_id", "any", measures._get_live_domain(document_model, sources)
        )

    @api.model
    def _has_plans(self, document_model):
        """Whether any of these documents can count at all."""
        return bool(self._get_live(document_model))

    @api.model
    def _get_live(self, document_model):
        sources = self.env.context.get("sales_commission_sources")
        return self._remember_live(document_model, sources and tuple(sources))

    @api.model
    @ormcache("document_model", "sources")
    def _remember_live(self, document_model, sources):
        """Each worker remembers them until a plan is published, ended or closed, on
        which its cache is dropped."""
        # sudo: what is remembered must not depend on who asks first
        components = self.env["sales.commission.component"].sudo()
        return [
            Live(
                component.id,
                component.plan_id.id,
                component.company_id.id,
                component.plan_id.date_from,
                component.plan_id.date_to or date.max,
                component.credited_to,
                component.measure_id.value,
            )
            for component in components.search(self._get_live_domain(document_model))
        ]

    @api.model
    def _run_documents(self, document_model, document_ids):
        """Credit, price and reward these documents.

        :return: ``(credits, earnings)`` that were added
        """
        components = self._get_live_components(document_model, document_ids)
        return self._run_components(components, document_ids)

    @api.model
    def _run_plans(self, plans, trigger, payees=None):
        """Bring all documents of *plans* up to date and keep a log row.

        :param payees: only these employees; None for all
        """
        # sudo: callers checked that the user may compute these plans
        plans = plans.sudo().filtered(lambda plan: plan.state != "draft")
        credit, earnings = self._run_components(
            plans.component_ids, payee_ids=None if payees is None else payees.ids
        )
        earnings |= self._price_by_target(plans, payees)
        for company in plans.company_id:
            self.env["sales.commission.period"]._create_missing(company)
        return self.create(
            {
                "trigger": trigger,
                "state": "done",
                "plan_ids": [fields.Command.set(plans.ids)],
                "company_id": plans.company_id.id if len(plans.company_id) == 1 else 0,
                "credit_count": len(credit),
                "earning_count": len(earnings),
            }
        )

    @api.model
    def _price_by_target(self, plans, payees=None):
        """Who joins or leaves, or a plan that ends, changes what part of a quota
        holds; the credits alone do not tell."""
        components = plans.component_ids.filtered(
            lambda c: c._is_divided() or c._asks_target()
        )
        earnings = self.env["sales.commission.earning"]
        keys = earnings._read_attained(
            components | components._get_dependents(), payees
        )
        return earnings._price_again(keys)

    @api.model
    def _run_components(self, components, document_ids=None, payee_ids=None):
        if not components:
            return (
                self.env["sales.commission.credit"],
                self.env["sales.commission.earning"],
            )
        credit = self.env["sales.commission.credit"]._apply(
            components, document_ids, payee_ids
        )
        keys = credit._get_sum_keys()
        if document_ids is None:  # posting leaves to the sweep what others left
            keys |= self._get_stale(components)
        earnings, left = self.env["sales.commission.earning"]._apply(keys)
        if left:
            self._wake_sweep()
        self._reward(credit)
        return credit, earnings

    @api.model
    def _reward(self, credit):
        """Let later rooms follow the credits; the game can never touch the money."""
        if not credit or not self._is_rewarded():
            return
        try:
            with self._apart():
                self._after_credit(credit)
        except Exception as error:
            _logger.exception("Credits %s are paid but not rewarded", credit.ids)
            for model, rows in credit.grouped("document_model").items():
                ids = sorted(set(rows.mapped("document_id")))
                self._keep_failure(model, ids, error)

    @api.model
    def _is_rewarded(self):
        """Hook: whether a later room follows credits at all."""
        return False

    def _after_credit(self, credit):
        """Hook for later rooms: these credits were just added."""

    @api.model
    def _after_pricing(self, earnings):
        """What is paid on these *earnings*, which no new credit brought about.

        :return: the earnings added
        """
        return earnings.browse()

    @api.model
    def _get_live_components(self, document_model, document_ids):
        """Components of published and closed plans of the documents' companies,
        and those that credited the documents before."""
        live = self._get_live(document_model)
        reached = live and self._get_reached(document_model, document_ids, live)
        components = self.env["sales.commission.component"].browse(reached)
        components._recall()
        return components

    @api.model
    def _get_reached(self, document_model, document_ids, live):
        """Hook: ids of the ``Live`` components that these documents can count for at
        all: those of a company only for its plans, one of no company for each."""
        documents = self.env[document_model].browse(document_ids).exists()
        companies = {row.company_id for row in live}
        if "company_id" in documents._fields and all(
            document.company_id for document in documents
        ):
            companies = set(documents.company_id.ids)
        [(credited, plans)] = ask(
            self.env,
            SQL(
                "SELECT ARRAY(%s), ARRAY(%s)",
                self._get_credited_sql(document_model, document_ids),
                self._get_plans_sql(live),
            ),
        )
        return [
            row.id
            for row in live
            if row.plan_id in plans
            and (row.company_id in companies or row.id in credited)
        ]

    @api.model
    def _get_credited_sql(self, document_model, document_ids):
        """Components that credited the documents before."""
        flush_models(self.env, "credit")
        return SQL(
            """SELECT DISTINCT component_id FROM sales_commission_credit
                WHERE document_model = %s AND document_id = ANY(%s)""",
            document_model,
            list(document_ids),
        )

    @api.model
    def _get_plans_sql(self, live):
        """Plans that are live indeed: what is remembered of one that was published
        within a savepoint, and taken back with it, must not count."""
        flush_models(self.env, "plan")
        return SQL(
            """SELECT id FROM sales_commission_plan
                WHERE id = ANY(%s) AND state != 'draft'""",
            list({row.plan_id for row in live}),
        )

    @api.model
    def _get_unpriced(self, components):
        """Keys ``(component, employee, level, date_from)`` with credits that no
        pricing has seen."""
        self.env["sales.commission.credit"].flush_model()
        return self._get_stale(components) | set(
            self.env.execute_query(
                SQL(
                    """
                    SELECT c.component_id, c.employee_id, c.level, c.date_from
                      FROM (SELECT component_id, employee_id, level, date_from,
                                   COUNT(*) AS credit_count
                              FROM sales_commission_credit
                             WHERE component_id = ANY(%s) GROUP BY 1, 2, 3, 4) c
                      LEFT JOIN sales_commission_attainment a
                     USING (component_id, employee_id, level, date_from)
                     WHERE c.credit_count IS DISTINCT FROM a.credit_count
                    """,
                    components.ids,
                )
            )
        )

    @api.model
    def _get_stale(self, components):
        """Keys that somebody left for others to price."""
        return set(
            self.env.execute_query(
                SQL(
                    """
                    SELECT component_id, employee_id, level, date_from
                      FROM sales_commission_attainment
                     WHERE component_id = ANY(%s) AND credit_count < 0
                    """,
                    components.ids,
                )
            )
        )

    @contextmanager
    def _apart(self, lock_timeout=None):
        """A savepoint around what is ours: when it fails, only that is undone.

        Odoo's own would also run what waits for the end of the transaction, such as
        the tracking of changes; a document that changes further was tracked twice.

        :param lock_timeout: give up rather than wait longer for another transaction
            that is working on the same rows
        """
        self.env.flush_all()
        before = self._begin_apart(lock_timeout)
        try:
            yield
            self.env.flush_all()
        except Exception:
            self.env.clear()  # what it read and meant to write
            # the timeout becomes what it was, too
            self.env.cr.execute(SQL("ROLLBACK TO %s; RELEASE %s", APART, APART))
            raise
        self._end_apart(before)

    def _begin_apart(self, lock_timeout):
        """In one statement, for each invoice that is posted waits for it.

        :return: the timeout that held before, None when it stays
        """
        if not lock_timeout:
            self.env.cr.execute(SQL("SAVEPOINT %s", APART))
            return None
        self.env.cr.execute(
            SQL("SAVEPOINT %s; %s", APART, self._get_lock_timeout_sql(lock_timeout))
        )
        [(before, _value)] = self.env.cr.fetchall()
        return before

    def _end_apart(self, before):
        if before is None:
            self.env.cr.execute(SQL("RELEASE %s", APART))
            return
        self.env.cr.execute(
            SQL("%s; RELEASE %s", self._get_lock_timeout_sql(before), APART)
        )

    def _get_lock_timeout_sql(self, value):
        """Set it until the end of the transaction; one row: what it was, what it is."""
        return SQL(
            """
            SELECT before.value, set_config('lock_timeout', %s, TRUE)
              FROM (SELECT current_setting('lock_timeout') AS value OFFSET 0) before
            """,
            value,
        )

    # --- what failed and what was missed ----------------------------------------

    @api.model
    def _keep_failure(self, document_model, document_ids, error):
        """Never raises: the user is posting an invoice. What cannot even be kept
        stands in the list of documents that nobody is credited for."""
        try:
            with self.env.cr.savepoint():
                self._create_failure(document_model, document_ids, error)
        except Exception:
            _logger.exception("A failed computation could not be kept")

    @api.model
    def _create_failure(self, document_model, document_ids, error):
        documents = self.env[document_model].browse(document_ids).exists()
        self.create(
            {
                "trigger": "posting",
                "state": "failed",
                "document_model": document_model,
                "document_ids": list(document_ids),
                "document_names": ", ".join(documents.mapped("display_name")),
                "company_id": documents.company_id[:1].id,
                **self._prepare_failure_vals(error),
            }
        )
        self._wake_sweep()

    @api.model
    def _wake_sweep(self, at=None):
        cron = self.env.ref("sales_commission_gamify.ir_cron_sweep", False)
        if cron:  # an administrator may have deleted it
            cron._trigger(at)

    def action_retry(self):
        """Compute again what failed; shows the result on the row."""
        check_group(self.env, "group_officer", "group_accountant")
        self.check_access("read")
        self.sudo()._retry()  # sudo: the group is checked above
        return True

    def _retry(self):
        for run in self.filtered(lambda run: run.state == "failed"):
            attempts = run.attempts + 1
            try:
                with self.env.cr.savepoint():
                    credit, earnings = run._run_again()
            except Exception as error:
                _logger.info("%s failed again", run.name, exc_info=True)
                values = self._prepare_failure_vals(error, attempts)
                self._wake_sweep(values["retry_at"])
            else:
                values = {
                    "attempts": attempts,
                    "state": "done",
                    "error": False,
                    "detail": False,
                    "retry_at": False,
                    "credit_count": len(credit),
                    "earning_count": len(earnings),
                }
            run.write(values)

    @api.model
    def _cron_sweep(self):
        """Retry what failed, then credit and price whatever was missed."""
        self.search(self._get_due_domain())._retry()
        plans = (
            self.env["sales.commission.plan"]
            .with_context(active_test=False)
            .search([("state", "!=", "draft")])
        )
        for company, company_plans in plans.grouped("company_id").items():
            try:
                with self.env.cr.savepoint():
                    self._sweep_company(company_plans)
            except Exception as error:
                # the other companies must not wait for this one
                _logger.exception("The commissions of %s are not swept", company.name)
                self._keep_sweep_failure(company, error)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _sweep_company(self, plans):
        components = plans.component_ids
        self.env["sales.commission.period"]._create_missing(plans.company_id)
        credit, earnings = self.with_context(sales_commission_sweep=True)._look_through(
            components
        )
        late, _left = self.env["sales.commission.earning"]._apply(
            self._get_unpriced(components)
        )
        late |= self._after_pricing(late)
        plans._keep_swept()
        if credit or earnings or late:
            self.create(
                {
                    "trigger": "sweep",
                    "state": "done",
                    "company_id": plans.company_id.id,
                    "credit_count": len(credit),
                    "earning_count": len(earnings) + len(late),
                }
            )
        return credit, earnings | late

    @api.model
    def _look_through(self, components):
        """Credit and price what was missed of *components* of one company.

        :return: ``(credits, earnings)`` that were added
        """
        return self._run_components(components)
