from odoo import fields, models
from odoo.tools import SQL


class SalesCommissionAssignment(models.Model):
    _inherit = "sales.commission.assignment"

    def _on_team_changed(self):
        """What was credited for the former team is judged anew: nobody has the sales
        of two at once."""
        result = super()._on_team_changed()
        # sudo: whoever may assign payees may have their plan computed
        components = self.sudo().plan_id.component_ids.filtered(
            lambda c: c.credited_to == "team" and c.plan_state != "draft"
        )
        credited = (
            self.env["sales.commission.credit"]
            .sudo()
            ._read_group(
                [
                    ("component_id", "in", components.ids),
                    ("employee_id", "in", self.employee_id.ids),
                ],
                ["document_model", "component_id"],
                ["document_id:array_agg_distinct"],
            )
        )
        runs = self.env["sales.commission.run"].sudo()
        for _model, component, document_ids in credited:
            runs._run_components(component, document_ids, self.employee_id.ids)
        return result


class SalesCommissionPlan(models.Model):
    _inherit = "sales.commission.plan"

    swept_on = fields.Datetime(
        string="Looked through on",
        readonly=True,
        copy=False,
        help="When the scheduled sweep last looked for documents that it missed. What "
        "it did not count before stays uncounted, even if the plan's filters would let "
        "it in today.",
    )
    missing_target_count = fields.Integer(
        compute="_compute_missing_target_count",
        help="Payees and periods that are priced as nothing until a target is set.",
    )

    def _compute_missing_target_count(self):
        counts = dict(
            self.env["sales.commission.attainment"]._read_group(
                self._get_missing_domain(), ["plan_id"], ["__count"]
            )
        )
        for plan in self:
            plan.missing_target_count = counts.get(plan, 0)

    def _keep_swept(self, moment=None):
        """Raw SQL: nobody edits the plan, and nobody who does is waited for.

        :param moment: when; now if not given
        """
        self.flush_recordset()
        self.env.execute_query(
            SQL(
                """
                UPDATE sales_commission_plan
                   SET swept_on = COALESCE(%s, now() AT TIME ZONE 'UTC')
                 WHERE id IN (SELECT id FROM sales_commission_plan WHERE id = ANY(%s)
                                 FOR UPDATE SKIP LOCKED)
                """,
                moment,
                self.ids,
            )
        )
        self.invalidate_recordset(["swept_on"], flush=False)

    def _get_missing_domain(self):
        return [("plan_id", "in", self.ids), ("problem", "!=", False)]

    def action_view_missing_targets(self):
        action = self._action_view("sales_commission_attainment_action")
        action["name"] = self.env._("Missing Targets")
        action["domain"] = self._get_missing_domain()
        return action

    def _on_terms_changed(self, payees=None):
        result = super()._on_terms_changed(payees)
        # sudo: whoever may publish a plan or assign payees may have it computed
        self.env["sales.commission.run"].sudo()._run_plans(self, "plan", payees)
        return result

    def action_compute(self):
        self.check_access("write")
        self.env["sales.commission.run"].sudo().with_context(
            sales_commission_sweep=True
        )._run_plans(self, "manual")
        return self._tell_history() or True

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
