from odoo import models


class SalesCommissionPlan(models.Model):
    _inherit = "sales.commission.plan"

    def _on_terms_changed(self, payees=None):
        result = super()._on_terms_changed(payees)
        # sudo: whoever may publish a plan or assign payees may have it computed
        self.env["sales.commission.run"].sudo()._run_plans(self, "plan", payees)
        return result

    def action_compute(self):
        self.check_access("write")
        self.env["sales.commission.run"].sudo()._run_plans(self, "manual")
        return True

    def _action_view(self, xmlid):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"sales_commission_gamify.{xmlid}"
        )
        action["domain"] = [("plan_id", "in", self.ids)]
        action["context"] = {}
        return action

    def action_view_credits(self):
        return self._action_view("sales_commission_credit_action")

    def action_view_earnings(self):
        return self._action_view("sales_commission_earning_action")
