from odoo import models
from odoo.exceptions import AccessError, UserError

from ..design.access import check_group
from .exception import DOCUMENT_KINDS

TARGETS = (
    "quota_missing",
    "target_incentive_missing",
    "attainment_missing",
    "measure_missing",
)
RULES = ("no_steps", "formula_failed", "other")


class SalesCommissionException(models.Model):
    """The buttons of the work list: the natural next thing for each reason.

    Who lacks a right on what a button opens is told whom to ask; nobody runs into an
    error of Odoo's.
    """

    _inherit = "sales.commission.exception"

    def _check_may_work(self):
        """:return: the rows that are still there"""
        check_group(self.env, "group_officer", "group_accountant")
        rows = self.exists()
        rows.check_access("read")
        return rows

    def action_solve(self):
        """What the row's own button does."""
        row = self._check_may_work()[:1]
        return row._solve() if row else self._notify_solved()

    def _solve(self):
        return getattr(self, f"_solve_{self._get_solution()}")()

    def _get_solution(self):
        """Hook: which ``_solve_<solution>`` the button calls."""
        self.ensure_one()
        if self.reason in TARGETS:
            return "targets"
        if self.reason in RULES:
            return "rules"
        return {
            "no_salesperson": "document",
            "no_employee": "employee",
            "no_plan": "join",
        }.get(self.reason, "compute")

    def action_open_document(self):
        """The document, or what of it may be shown to who must not open it."""
        row = self._check_may_work()[:1]
        return row._solve_document() if row else self._notify_solved()

    def _solve_document(self):
        runs = self.env["sales.commission.run"]
        if self.document_id and runs._may_open(self.document_model, self.document_id):
            return runs._open_document(self.document_model, self.document_id)
        return {
            "type": "ir.actions.act_window",
            "name": self.document_name or self.env._("Exception"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"sales_commission_no_document": True},
        }

    def _solve_employee(self):
        employees = self.env["hr.employee"]
        # sudo: the login's name is on the document
        user = self.salesperson_id.sudo()
        if not employees.has_access("create"):
            raise UserError(
                self.env._(
                    "You may not create employees. Ask your HR officer to create an "
                    "employee of %(company)s for the user %(user)s.",
                    company=self.company_id.name,
                    user=user.name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Create Employee"),
            "res_model": "hr.employee",
            "views": [(False, "form")],
            "context": {
                "default_user_id": user.id,
                "default_name": user.name,
                "default_company_id": self.company_id.id,
            },
        }

    def _solve_join(self):
        self._check_officer(
            self.env._("Ask one to add %s to a plan.", self.employee_id.sudo().name)
        )
        view = self.env.ref(
            "sales_commission_gamify.sales_commission_assignment_view_form_join"
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add to a Plan"),
            "res_model": "sales.commission.assignment",
            "views": [(view.id, "form")],
            "target": "new",
            "context": {
                "default_employee_id": self.employee_id.id,
                "default_date_from": self.date.isoformat(),
                "sales_commission_join_company": self.company_id.id,
                "sales_commission_join_date": self.date.isoformat(),
            },
        }

    def _solve_targets(self):
        self._check_officer(
            self.env._("Ask one to set the targets of “%s”.", self.plan_id.sudo().name)
        )
        return self.plan_id.action_view_targets()

    def _solve_rules(self):
        self._check_officer(
            self.env._("Ask one to look at the plan “%s”.", self.plan_id.sudo().name)
        )
        return self.plan_id.action_open_designer()

    def _check_officer(self, what_to_ask):
        if not self.env.user.has_group("sales_commission_gamify.group_officer"):
            raise AccessError(
                self.env._(
                    "Only a commission officer may do this. %s",
                    what_to_ask,
                )
            )

    # --- compute again -------------------------------------------------------------

    def action_compute(self):
        """Compute and retry the chosen rows, and tell what became of them."""
        rows = self._check_may_work()
        return rows._solve_compute() if rows else self._notify_solved()

    def _solve_compute(self):
        numbers = self.ids
        self._compute()
        self.env.invalidate_all()
        left = self.search([("id", "in", numbers)])
        if not left:
            return self._notify(self.env._("Solved: %s.", len(numbers)), "success")
        return self._notify(
            self.env._(
                "Solved: %(solved)s. Still to do: %(left)s. %(first)s",
                solved=len(numbers) - len(left),
                left=len(left),
                first=left[0].message,
            ),
            "warning",
        )

    def _compute(self):
        # sudo: the group is checked by the buttons, and that the rows may be read;
        # what is computed does not depend on what the user may see
        runs = self.env["sales.commission.run"].sudo()
        documents = self.filtered(lambda row: row.kind in DOCUMENT_KINDS)
        for model, rows in documents.grouped("document_model").items():
            runs._compute_again(model, rows.mapped("document_id"))
        failed = self.filtered(lambda row: row.kind == "run")
        runs.browse(failed.mapped("source_id"))._retry()
        waiting = self.filtered(lambda row: row.kind in ("attainment", "unpriced"))
        keys = set()
        for model, rows in waiting.grouped("source_model").items():
            sources = self.env[model].sudo().browse(rows.mapped("source_id"))
            keys |= sources._get_sum_keys()
        self.env["sales.commission.earning"].sudo()._price_again(keys)

    def _notify_solved(self):
        return self._notify(self.env._("This is solved already."))

    def _notify(self, message, kind="info"):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # --- dismiss ---------------------------------------------------------------------

    def action_dismiss(self):
        """Ask why the chosen documents earn nobody anything."""
        rows = self._check_may_work().filtered(
            lambda row: row.kind in DOCUMENT_KINDS and not row.is_dismissed
        )
        if not rows:
            raise UserError(
                self.env._(
                    "Only documents can be dismissed. What is missing for a payee, or "
                    "failed, has to be put right."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Dismiss"),
            "res_model": "sales.commission.dismissal.ask",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_exception_numbers": rows.ids},
        }

    def _dismiss(self, note):
        # sudo: rows are made by the checked button alone, nobody has the right
        dismissals = self.env["sales.commission.dismissal"].sudo()
        for model, rows in self.grouped("source_model").items():
            dismissals.search(
                [
                    ("source_model", "=", model),
                    ("source_id", "in", rows.mapped("source_id")),
                ]
            ).unlink()
        dismissals.create(
            [
                {
                    "source_model": row.source_model,
                    "source_id": row.source_id,
                    "document_name": row.document_name,
                    "company_id": row.company_id.id,
                    "problem": row.reason,
                    "salesperson_id": row.salesperson_id.id,
                    "date": row.date,
                    "currency_id": row.currency_id.id,
                    "amount": row.amount,
                    "note": note,
                    "user_id": self.env.uid,
                }
                for row in self
            ]
        )
        self.env.invalidate_all()

    def action_take_up(self):
        """Undo the dismissal of the chosen rows."""
        rows = self._check_may_work()
        # sudo: the group is checked, and that the rows may be read
        rows.dismissal_id.sudo().unlink()
        self.env.invalidate_all()
        return True
