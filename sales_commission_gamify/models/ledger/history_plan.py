from odoo import api, fields, models

GROUPS = ",".join(
    f"sales_commission_gamify.group_{name}" for name in ("officer", "accountant")
)


class SalesCommissionPlan(models.Model):
    """A plan shows how far its history is brought in."""

    _inherit = "sales.commission.plan"

    history_run_id = fields.Many2one(
        "sales.commission.run",
        string="History",
        compute="_compute_history",
        groups=GROUPS,
        help="The run that brings in the documents since the plan's first day.",
    )
    history_state = fields.Char(compute="_compute_history", groups=GROUPS)
    history_percentage = fields.Float(
        string="Brought in", compute="_compute_history", groups=GROUPS
    )

    @api.depends_context("uid")
    def _compute_history(self):
        runs = self.env["sales.commission.run"]
        found = runs.search(runs._get_history_domain(self), order="id desc")
        # the first that is not done yet
        by_plan = {run.plan_ids[:1]: run for run in found}
        for plan in self:
            run = by_plan.get(plan, runs)
            plan.history_run_id = run
            plan.history_state = run.state
            plan.history_percentage = run.percentage

    def _get_designer_plan(self):
        """The designer says it beside the state."""
        plan = super()._get_designer_plan()
        may_see = self.env.user.has_groups(GROUPS)
        plan["history"] = bool(may_see and self.history_run_id) and self.env._(
            "history: %s %% brought in", int(self.history_percentage)
        )
        return plan

    def _tell_history(self):
        """A client action that says that it goes on by itself, if it does."""
        waiting = self.filtered("history_run_id")
        if not waiting:
            return False
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "title": self.env._("History is being brought in"),
                "message": self.env._(
                    "%s counts many documents: they are credited bit by bit in the "
                    "background. What is posted meanwhile is credited at once.",
                    ", ".join(waiting.mapped("name")),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_view_history(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_run_action"
        )
        action["domain"] = [("trigger", "=", "history"), ("plan_ids", "in", self.ids)]
        return action

    def action_cancel_history(self):
        return self.history_run_id.action_cancel_history()
