import base64
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import merge_pdf

from ..design.access import check_group

_logger = logging.getLogger(__name__)

# Statements; more are worked by the scheduled action.
AT_ONCE = {"pdf": 20, "mail": 20, "workbook": 200}
STEP = 20  # statements between two commits
PDF = "sales_commission_gamify.action_report_statement"


class SalesCommissionDelivery(models.Model):
    """What was made of a period's statements: a file, or a round of e-mails.

    Few statements are done at once. Many are worked in steps by a scheduled action;
    each step is committed, so nothing is done twice when it stops half-way. Files are
    kept here, not on the period, which every employee may read.
    """

    _name = "sales.commission.delivery"
    _description = "Commission Delivery"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("pdf", "PDF"),
            ("workbook", "Workbook"),
            ("mail", "E-mails"),
            ("payroll", "Payroll file"),
        ],
        required=True,
        readonly=True,
    )
    period_id = fields.Many2one(
        "sales.commission.period",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="period_id.company_id", store=True)
    user_id = fields.Many2one(
        "res.users", "Asked by", readonly=True, default=lambda self: self.env.uid
    )
    asked_on = fields.Datetime("Asked on", readonly=True, default=fields.Datetime.now)
    state = fields.Selection(
        [("waiting", "In progress"), ("done", "Done"), ("failed", "Failed")],
        required=True,
        readonly=True,
        default="waiting",
    )
    waiting_ids = fields.Many2many(
        "sales.commission.statement",
        "sales_commission_delivery_waiting_rel",
        string="Still to do",
        readonly=True,
    )
    total_count = fields.Integer("Statements", readonly=True)
    done_count = fields.Integer("Done so far", compute="_compute_done_count")
    progress = fields.Float(compute="_compute_done_count")
    data = fields.Binary("File", attachment=True, readonly=True)
    note = fields.Text(
        readonly=True, help="What went wrong, or who was left out and why."
    )

    @api.depends("waiting_ids", "total_count")
    def _compute_done_count(self):
        for delivery in self:
            left = len(delivery._get_waiting())
            delivery.done_count = delivery.total_count - left
            delivery.progress = 100 * delivery.done_count / (delivery.total_count or 1)

    def _get_waiting(self):
        """Hook: what is still to be done."""
        return self.waiting_ids

    # --- ask for one ------------------------------------------------------------

    @api.model
    def _deliver(self, kind, statements, name, at_once=False):
        """A delivery of *statements* (one period's), done already when they are few."""
        # sudo: nobody has the right to write deliveries; the buttons check the group
        delivery = self.sudo().create(
            self._prepare_delivery_vals(kind, statements, name)
        )
        if at_once or len(statements) <= AT_ONCE[kind]:
            while delivery.state == "waiting":
                delivery._work()
        else:
            delivery._trigger()
        return delivery.with_env(self.env)

    @api.model
    def _prepare_delivery_vals(self, kind, statements, name):
        return {
            "name": name,
            "kind": kind,
            "period_id": statements.period_id.id,
            "waiting_ids": [fields.Command.set(statements.ids)],
            "total_count": len(statements),
            "user_id": self.env.uid,
        }

    def _trigger(self):
        cron = self.env.ref("sales_commission_gamify.ir_cron_deliver", False)
        if cron:
            cron.sudo()._trigger()  # sudo: who asks may not know scheduled actions

    def action_download(self):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content?model={self._name}&id={self.id}&field=data"
            "&filename_field=name&download=true",
            "target": "download",
        }

    def action_retry(self):
        """From now on in the name of who tries again, who answers for what is done."""
        check_group(self.env, "group_officer", "group_accountant")
        self.check_access("read")
        # sudo: only buttons may, checked above
        self.sudo().filtered(lambda row: row.state == "failed").write(
            {"state": "waiting", "note": False, "user_id": self.env.uid}
        )
        self._trigger()

    def _get_answer(self):
        """What the button gives: the file, or a word on what happens now."""
        self.ensure_one()
        if self.state == "done" and self.data:
            return self.action_download()
        message = self.note or self.env._("Done: %s", self.name)
        if self.state == "waiting":
            message = self.env._(
                "%(name)s: %(count)s statements are worked in the background. The "
                "pay period shows how far it is.",
                name=self.name,
                count=self.total_count,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if self.note else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # --- work it ----------------------------------------------------------------

    @api.model
    def _cron_deliver(self):
        """Step by step, oldest first, until the time of the scheduled action is up."""
        crons = self.env["ir.cron"]
        waiting = self.search([("state", "=", "waiting")], order="id")
        crons._commit_progress(
            remaining=sum(len(row._get_waiting()) for row in waiting)
        )
        for delivery in waiting:
            while delivery.state == "waiting":
                before = len(delivery._get_waiting())
                delivery._work_or_keep_failure()
                done = before - len(delivery._get_waiting())
                if not crons._commit_progress(done):
                    return

    def _work_or_keep_failure(self):
        try:
            with self.env.cr.savepoint():
                self._work()
        except Exception as error:
            self.invalidate_recordset()
            sentence = str(error)
            if not isinstance(error, UserError):
                _logger.exception("Delivery %s failed", self.id)
                sentence = self.env._(
                    "Something unexpected happened (%s): ask your administrator to "
                    "look into the server's log.",
                    sentence,
                )
            self.write({"state": "failed", "note": sentence})

    def _work(self):
        """Do the next step, with the eyes of who asked for it."""
        self.ensure_one()
        statements = self.waiting_ids.sorted("number")[: self._get_step_size()]
        asked = statements.with_user(self.user_id).with_context(
            allowed_company_ids=self.company_id.ids, lang=self.user_id.lang
        )
        if asked:
            getattr(self, f"_work_{self.kind}")(asked)
        self.waiting_ids -= statements
        if not self.waiting_ids:
            self.state = "done"

    def _get_step_size(self):
        """Statements between two commits; None for a file that is made in one go."""
        return None if self.kind in ("workbook", "payroll") else STEP

    def _work_pdf(self, statements):
        reports = statements.env["ir.actions.report"]
        pdf = reports._render_qweb_pdf(PDF, statements.ids)[0]
        if self.data:
            pdf = merge_pdf([base64.b64decode(self.data), pdf])
        self.data = base64.b64encode(pdf)

    def _work_workbook(self, statements):
        content = statements.env["sales.commission.workbook"]._make(statements)
        self.data = base64.b64encode(content)
