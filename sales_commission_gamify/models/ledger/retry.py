import traceback
from datetime import timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import UserError

from ... import engine
from ..design.formula import FormulaError

# Minutes until a failed computation is tried again by itself, by how often it was.
PAUSES = (0, 5, 30, 120, 360)
LONGEST_PAUSE = 24 * 60

BUSY = (
    psycopg2.errors.LockNotAvailable,
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.DeadlockDetected,
    psycopg2.errors.UniqueViolation,
)


class SalesCommissionRun(models.Model):
    """Failed computations are tried again by themselves, with growing pauses, and say
    in the user's words why they failed."""

    _inherit = "sales.commission.run"

    detail = fields.Text(
        string="Technical detail",
        readonly=True,
        help="For whoever mends it: where exactly it failed.",
    )
    retry_at = fields.Datetime(
        string="Next try",
        readonly=True,
        help="When it is tried again by itself. Retry does it at once.",
    )

    @api.model
    def _say_error(self, error):
        """What failed, in the user's words."""
        if isinstance(error, BUSY):
            return self.env._(
                "Somebody else was computing the same documents at that moment."
            )
        if isinstance(error, (UserError, FormulaError, engine.EngineError)):
            return str(error) or type(error).__name__
        return self.env._(
            "Something unexpected happened (%s): show the technical detail of the run "
            "to your administrator.",
            str(error).strip().split("\n")[0] or type(error).__name__,
        )

    @api.model
    def _prepare_failure_vals(self, error, attempts=1):
        pause = PAUSES[attempts - 1] if attempts <= len(PAUSES) else LONGEST_PAUSE
        return {
            "attempts": attempts,
            "error": self._say_error(error),
            "detail": "".join(traceback.format_exception(error)),
            "retry_at": fields.Datetime.now() + timedelta(minutes=pause),
        }

    @api.model
    def _get_due_domain(self):
        """Failed computations whose pause is over."""
        return [
            ("state", "=", "failed"),
            "|",
            ("retry_at", "=", False),
            ("retry_at", "<=", fields.Datetime.now()),
        ]

    @api.model
    def _keep_sweep_failure(self, company, error):
        """One row for a company, however often its sweep fails."""
        known = self.search(
            [
                ("trigger", "=", "sweep"),
                ("state", "=", "failed"),
                ("company_id", "=", company.id),
            ],
            limit=1,
        )
        if known:
            known.write(self._prepare_failure_vals(error, known.attempts + 1))
            return
        self.create(
            {
                "trigger": "sweep",
                "state": "failed",
                "company_id": company.id,
                "document_model": "account.move",
                "document_ids": [],
                **self._prepare_failure_vals(error),
            }
        )

    def _run_again(self):
        """Do again what failed: its documents, or the whole sweep of a company.

        :return: ``(credits, earnings)`` that were added
        """
        self.ensure_one()
        if self.document_ids:
            return self._run_documents(self.document_model, self.document_ids)
        plans = (
            self.env["sales.commission.plan"]
            .with_context(active_test=False)
            .search([("state", "!=", "draft"), ("company_id", "=", self.company_id.id)])
        )
        return self._sweep_company(plans)

    @api.model
    def _compute_again(self, document_model, document_ids):
        """Run these documents by hand; a failure is kept and does not undo what else
        the user does."""
        try:
            with self.env.cr.savepoint():
                self._run_documents(document_model, document_ids)
        except Exception as error:
            self._keep_failure(document_model, document_ids, error)
