from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SalesCommissionExpenseRule(models.Model):
    """Where the commission expense of a department or sales team goes.

    The first one that fits the payee counts. It is the company's answer to “whose
    cost is it”; Odoo's analytic distribution models answer where no rule does.
    """

    _name = "sales.commission.expense.rule"
    _inherit = ["analytic.mixin"]
    _description = "Commission Expense by Department or Team"
    _order = "company_id, sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
    )
    department_id = fields.Many2one(
        "hr.department",
        string="Payee's Department",
        check_company=True,
        ondelete="cascade",
        help="Payees of this department or of one below it.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Payee's Sales Team",
        check_company=True,
        ondelete="cascade",
    )
    account_id = fields.Many2one(
        "account.account",
        string="Expense Account",
        check_company=True,
        domain="[('internal_group', '=', 'expense')]",
        help="Empty: the plan's or the company's. A plan that has an account of its "
        "own keeps it.",
    )

    @api.depends("department_id", "team_id")
    def _compute_display_name(self):
        for rule in self:
            names = (rule.department_id.name, rule.team_id.name)
            rule.display_name = ", ".join(filter(None, names))

    @api.constrains("department_id", "team_id", "account_id", "analytic_distribution")
    def _check_says_something(self):
        for rule in self:
            if not rule.department_id and not rule.team_id:
                raise ValidationError(
                    self.env._(
                        "Say whose expense it is: choose a department, a sales team, "
                        "or both."
                    )
                )
            if not rule.account_id and not rule.analytic_distribution:
                raise ValidationError(
                    self.env._(
                        "Say where the expense of %s goes: choose an account, an "
                        "analytic distribution, or both.",
                        rule.display_name,
                    )
                )

    def _find(self, payee):
        """The first of these rules that fits *payee*."""
        team = payee.user_id.sale_team_id
        above = payee.department_id
        path = (above.parent_path or "").split("/")
        return self.filtered(
            lambda rule: (
                (not rule.team_id or rule.team_id == team)
                and (
                    not rule.department_id
                    or rule.department_id == above
                    or str(rule.department_id.id) in path
                )
            )
        )[:1]

    @api.model
    def action_view_rules(self):
        return self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_expense_rule_action"
        )


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_expense_rule_ids = fields.One2many(
        "sales.commission.expense.rule", "company_id"
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    def action_view_commission_expense_rules(self):
        return self.env["sales.commission.expense.rule"].action_view_rules()
