from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .delivery import AT_ONCE

STEPS = ("compute", "confirm", "approve", "post")
PAYEES_AT_ONCE = 200  # of which statements are computed while the user waits
STEP = 50  # statements or payees between two commits
AT_ONCE |= {"confirm": 200, "approve": 200, "post": 200}
NAMED = 5  # of those left out, in the notification


class SalesCommissionDelivery(models.Model):
    """A step of the close for all statements of a pay period.

    Worked like a file of many statements: in steps that are committed one by one, as
    the user who asked. What cannot take the step is left out and named.
    """

    _inherit = "sales.commission.delivery"

    kind = fields.Selection(
        selection_add=[
            ("compute", "Compute"),
            ("confirm", "Confirm"),
            ("approve", "Approve"),
            ("post", "Post"),
        ],
        ondelete=dict.fromkeys(STEPS, "cascade"),
    )
    waiting_payee_ids = fields.Many2many(
        "hr.employee",
        "sales_commission_delivery_payee_rel",
        string="Payees still to do",
        readonly=True,
        context={"active_test": False},
    )
    left_out_count = fields.Integer("Left out", readonly=True)
    asked = fields.Json(
        readonly=True,
        help="What the statements said when they were to be approved, and which "
        "approval it was.",
    )

    @api.depends("waiting_payee_ids")
    def _compute_done_count(self):
        return super()._compute_done_count()

    @api.model
    def _prepare_delivery_vals(self, kind, statements, name):
        vals = super()._prepare_delivery_vals(kind, statements, name)
        if kind == "approve":
            vals["asked"] = {str(row.id): row._get_asked() for row in statements}
        return vals

    def _get_waiting(self):
        return self.waiting_payee_ids or super()._get_waiting()

    def _get_step_size(self):
        if self.kind not in STEPS:
            return super()._get_step_size()
        # one entry for all payees is made in one go
        mode = self.company_id.sales_commission_entry_mode
        return None if self.kind == "post" and mode == "run" else STEP

    @api.model
    def _compute_payees(self, period, payees):
        """Statements of *payees*, computed in the background."""
        # sudo: nobody has the right to write rounds; the button checks the group
        round_ = self.sudo().create(
            {
                "name": period._get_round_name("compute"),
                "kind": "compute",
                "period_id": period.id,
                "waiting_payee_ids": [fields.Command.set(payees.ids)],
                "total_count": len(payees),
                "user_id": self.env.uid,
            }
        )
        round_._trigger()
        return round_.with_env(self.env)

    # --- work it ----------------------------------------------------------------

    def _work(self):
        if self.kind != "compute":
            return super()._work()
        payees = self.waiting_payee_ids.sorted("id")[: self._get_step_size()]
        period = self.period_id
        period._check_open()
        # the button checked the group of who asked
        self.env["sales.commission.statement"]._compute_drafts(period, payees)
        self.waiting_payee_ids -= payees
        if not self.waiting_payee_ids:
            self.state = "done"
        return None

    def _work_confirm(self, statements):
        self._leave_out(self._take_step(self._get_due(statements), "action_confirm"))

    def _work_approve(self, statements):
        """What was looked at when the button was pressed, and nothing else."""
        due = self._get_due(statements)
        changed = due.filtered(
            lambda row: self.asked.get(str(row.id)) != row._get_asked()
        )
        self._leave_out(
            [
                self.env._(
                    "Statement %(name)s of %(payee)s was confirmed anew meanwhile: "
                    "look at it again.",
                    name=row.name,
                    payee=row.employee_id.sudo().name,  # sudo: an accountant is told
                )
                for row in changed
            ]
        )
        self._leave_out(self._take_step(due - changed, "action_approve"))

    def _work_post(self, statements):
        """Those without anybody to pay are left out; anything else that is wrong is
        wrong for the whole entry."""
        due = self._get_due(statements)
        # sudo: an accountant may not read whose contact it is
        nobody = due.filtered(
            lambda row: (
                row.amount_payable and not row.sudo().employee_id.work_contact_id
            )
        )
        for statement in nobody:
            self._leave_out(self._take_step(statement, "_get_contact"))
        (due - nobody).action_post()

    def _get_due(self, statements):
        """Without those that somebody took along by hand meanwhile."""
        return statements.filtered_domain(self.period_id._get_due_domain(self.kind))

    def _take_step(self, statements, button):
        """:return: the sentences of those that are refused; the others go on"""
        if not statements:
            return []
        try:
            with self.env.cr.savepoint():
                getattr(statements, button)()
            return []
        except AccessError:
            raise
        except UserError as error:
            if len(statements) == 1:
                return [str(error)]
        half = len(statements) // 2
        return [
            *self._take_step(statements[:half], button),
            *self._take_step(statements[half:], button),
        ]

    def _leave_out(self, sentences):
        self.left_out_count += len(sentences)
        for sentence in sentences:
            self._add_note(sentence)

    def _add_note(self, sentence):
        self.note = "\n".join([*filter(None, [self.note]), sentence])

    def _work_or_keep_failure(self):
        """Who was left out before stays named."""
        named = self.note
        result = super()._work_or_keep_failure()
        if self.state == "failed" and named:
            self.note = f"{named}\n{self.note}"
        return result

    def action_retry(self):
        notes = {row: row.note for row in self if row.kind in STEPS}
        result = super().action_retry()
        for row, note in notes.items():
            row.sudo().note = note  # sudo: only buttons may, checked above
        return result

    def _stop(self):
        """Leave the rest as it is."""
        for row in self:
            left = len(row._get_waiting())
            row.write(
                {
                    "state": "done",
                    "left_out_count": row.left_out_count + left,
                    "waiting_ids": [fields.Command.clear()],
                    "waiting_payee_ids": [fields.Command.clear()],
                }
            )
            row._add_note(
                self.env._(
                    "Stopped by %(user)s; %(count)s were left as they are.",
                    user=self.env.user.name,
                    count=left,
                )
            )

    # --- what the button says ------------------------------------------------------

    def _get_answer(self):
        self.ensure_one()
        if self.kind not in STEPS or self.state == "failed":
            return super()._get_answer()
        if self.state == "waiting":
            message = self.env._(
                "%(name)s: %(count)s payees are worked in the background. This page "
                "shows how far it is.",
                name=self.name,
                count=self.total_count,
            )
        else:
            message = self.env._(
                "%(name)s: %(done)s of %(total)s.",
                name=self.name,
                done=self.total_count - self.left_out_count,
                total=self.total_count,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if self.note else "success",
                "message": "\n".join([message, *self._get_named()]),
                "sticky": bool(self.note),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_named(self):
        sentences = (self.note or "").splitlines()
        more = len(sentences) - NAMED
        named = sentences[:NAMED]
        if more > 0:
            named.append(
                self.env._("%s more are named under Steps taken, below.", more)
            )
        return named


class SalesCommissionStatement(models.Model):
    _inherit = "sales.commission.statement"

    def _get_asked(self):
        """What an approval is of: the figures, and whether it is the second one."""
        return [self.checksum, self.is_second_pending]


class SalesCommissionPeriod(models.Model):
    """Steps for all statements of a period at once."""

    _inherit = "sales.commission.period"

    delivery_ids = fields.One2many(domain=[("kind", "not in", STEPS)])
    round_ids = fields.One2many(
        "sales.commission.delivery",
        "period_id",
        string="Steps taken",
        domain=[("kind", "in", STEPS)],
        groups="sales_commission_gamify.group_officer,"
        "sales_commission_gamify.group_accountant",
    )

    def _get_round_name(self, step):
        return {
            "compute": self.env._("%s computed", self.name),
            "confirm": self.env._("%s confirmed", self.name),
            "approve": self.env._("%s approved", self.name),
            "post": self.env._("%s posted", self.name),
        }[step]

    @api.model
    def _get_due_domain(self, step):
        """Which statements the *step* is open for."""
        return {
            "confirm": [("state", "=", "draft")],
            "approve": [
                "|",
                ("state", "=", "confirmed"),
                ("is_second_pending", "=", True),
            ],
            "post": [
                ("state", "=", "approved"),
                ("move_id", "=", False),
                ("is_second_pending", "=", False),
            ],
        }[step]

    def action_compute_statements(self):
        """Of many payees in the background."""
        self.ensure_one()
        self._check_group("group_officer", "group_accountant")
        self._check_open()
        # sudo: who earned something is counted, whoever asks
        payees = self.env["sales.commission.statement"].sudo()._get_candidates(self)
        if len(payees) <= PAYEES_AT_ONCE:
            return super().action_compute_statements()
        self._check_no_round()
        rounds = self.env["sales.commission.delivery"]
        return rounds._compute_payees(self, payees)._get_answer()

    def action_confirm_all(self):
        self._check_group("group_officer")
        return self._take_all("confirm")

    def action_approve_all(self):
        """Also the second approvals; one's own statements are left out."""
        self._check_group("group_accountant")
        return self._take_all("approve")

    def action_post_all(self):
        self._check_group("group_accountant")
        # sudo: which are missing is told before anything is done in the background
        self.company_id.sudo()._get_sales_commission_accounts()
        return self._take_all("post")

    def _take_all(self, step):
        self.ensure_one()
        self._check_no_round()
        statements = self.env["sales.commission.statement"].search(
            [("period_id", "=", self.id), *self._get_due_domain(step)]
        )
        if not statements:
            raise UserError(
                self.env._(
                    "No statement of %s is ready for this step. Reload the page to "
                    "see where each stands.",
                    self.name,
                )
            )
        return (
            self.env["sales.commission.delivery"]
            ._deliver(step, statements.sorted("number"), self._get_round_name(step))
            ._get_answer()
        )

    def _check_no_round(self):
        # sudo: another's round is in the way, too
        waiting = self.sudo().round_ids.filtered(lambda row: row.state == "waiting")
        if waiting:
            raise UserError(
                self.env._(
                    "“%(round)s” is still being worked: %(done)s of %(total)s are "
                    "done. Wait until it is through.",
                    round=waiting[0].name,
                    done=waiting[0].done_count,
                    total=waiting[0].total_count,
                )
            )
