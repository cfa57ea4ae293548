from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class SalesCommissionReward(models.Model):
    """Something that payees get for their points."""

    _name = "sales.commission.reward"
    _inherit = ["image.mixin"]
    _description = "Commission Reward"
    _order = "sequence, points, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    description = fields.Text(
        translate=True, help="What it is, in the words payees read."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        help="Its payees redeem it, with the points they got there.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    point_name = fields.Char(related="company_id.sales_commission_point_name")
    point_icon = fields.Selection(related="company_id.sales_commission_point_icon")
    kind = fields.Selection(
        [
            ("product", "Product"),
            ("code", "Voucher code"),
            ("gift_card", "Gift card"),
            ("day_off", "Day off"),
            ("text", "Something else"),
        ],
        required=True,
        default="product",
        help="How it is handed out. A voucher code and a gift card are given as soon "
        "as the redemption is approved; the rest is handed out by somebody.",
    )
    points = fields.Integer(
        string="Price",
        required=True,
        default=100,
        help="Points it takes. Redemptions keep the price they were asked at.",
    )
    cost = fields.Monetary(
        help="What it costs the company. With the price it tells what a point is worth."
    )
    is_limited = fields.Boolean("Limited stock")
    quantity = fields.Integer(
        "Pieces", help="How many there are in all, those that are redeemed included."
    )
    month_limit = fields.Integer(
        "Per person and month",
        help="How often one person may redeem it in a calendar month; 0 for as often "
        "as the points last.",
    )
    audience = fields.Selection(
        [
            ("all", "Every payee"),
            ("chosen", "Chosen people and departments"),
        ],
        string="Who may redeem it",
        required=True,
        default="all",
    )
    employee_ids = fields.Many2many(
        "hr.employee.public",  # officers need no right on employees
        "sales_commission_reward_employee_rel",
        "reward_id",
        "employee_id",
        string="People",
        check_company=True,
        groups="sales_commission_gamify.group_officer",
    )
    department_ids = fields.Many2many(
        "hr.department",
        string="Departments",
        check_company=True,
        groups="sales_commission_gamify.group_officer",
        help="With the departments below them.",
    )
    product_id = fields.Many2one(
        "product.product",
        check_company=True,
        help="What is handed over, when it is one of your products.",
    )
    hand_out_user_id = fields.Many2one(
        "res.users",
        "Handed out by",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Gets an activity as soon as a redemption is approved. Empty: whoever "
        "approved it; for a day off whoever manages the employee's time.",
    )
    instructions = fields.Text(
        translate=True,
        help="How to get or use it: the payee reads it once it is handed out.",
    )
    redemption_ids = fields.One2many("sales.commission.redemption", "reward_id")
    redemption_count = fields.Integer(compute="_compute_left")
    left = fields.Integer(
        compute="_compute_left", help="Pieces that nobody has asked for yet."
    )

    _price_positive = models.Constraint(
        "CHECK (points > 0)",
        "The price of a reward is a whole number of points, 1 or more.",
    )
    _numbers_positive = models.Constraint(
        "CHECK (cost >= 0 AND quantity >= 0 AND month_limit >= 0)",
        "Cost, pieces and the limit per month of a reward cannot be negative.",
    )

    @api.depends("redemption_ids.state", "is_limited", "quantity", "kind")
    def _compute_left(self):
        taken = self._count_taken()
        for reward in self:
            reward.redemption_count = taken.get(reward.id, 0)
            reward.left = max(reward._get_quantity() - reward.redemption_count, 0)

    def _count_taken(self):
        """``{reward id: redemptions that took a piece}``"""
        # sudo: how many are left is no secret, who took them is
        groups = (
            self.env["sales.commission.redemption"]
            .sudo()
            ._read_group(
                [("reward_id", "in", self.ids), ("state", "in", self._get_taken())],
                ["reward_id"],
                ["__count"],
            )
        )
        return {reward.id: count for reward, count in groups}

    @api.model
    def _get_taken(self):
        """States of redemptions that hold their points and their piece."""
        return ("requested", "approved", "done")

    def _get_quantity(self):
        self.ensure_one()
        return self.quantity

    def _is_limited(self):
        """Whether only so many can be redeemed."""
        self.ensure_one()
        return self.is_limited

    # --- what cannot be entered -------------------------------------------------

    @api.constrains("audience", "employee_ids", "department_ids")
    def _check_audience(self):
        for reward in self.filtered(lambda reward: reward.audience == "chosen"):
            if not (reward.sudo().employee_ids or reward.sudo().department_ids):
                raise ValidationError(
                    self.env._(
                        "Nobody could redeem “%s”: choose people or departments, or "
                        "open it to every payee.",
                        reward.name,
                    )
                )

    @api.constrains("company_id")
    def _check_company_of_redeemed(self):
        for reward in self:
            others = reward.sudo().redemption_ids.company_id - reward.company_id
            if others:
                raise ValidationError(
                    self.env._(
                        "“%(reward)s” was redeemed in %(company)s already and stays "
                        "there: make a copy for the other company.",
                        reward=reward.name,
                        company=others[:1].name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never_redeemed(self):
        for reward in self.sudo():
            if reward.redemption_ids:
                raise ValidationError(
                    self.env._(
                        "“%s” was redeemed already: archive it, so that who has it can "
                        "still see what it was.",
                        reward.name,
                    )
                )

    # --- who may redeem ---------------------------------------------------------

    @api.model
    def _get_offer_domain(self, payee):
        """Rewards that *payee* may redeem at all, whatever the points."""
        chosen = Domain("employee_ids", "in", payee.ids)
        if department := payee.department_id:
            chosen |= Domain("department_ids", "parent_of", department.ids)
        return (
            Domain("active", "=", True)
            & Domain("company_id", "in", payee.company_id.ids)
            & (Domain("audience", "=", "all") | chosen)
        )

    @api.model
    def _get_offer(self, payee):
        """The rewards that *payee* may redeem, in sudo."""
        # sudo: the domain is the check; who else may redeem it is not shown
        return self.sudo().search(self._get_offer_domain(payee.sudo()))

    def action_view_redemptions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "sales.commission.redemption",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("reward_id", "=", self.id)],
        }
