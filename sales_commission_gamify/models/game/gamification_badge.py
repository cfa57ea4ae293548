from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..design.access import check_group
from ..design.words import say_number

RULES = [
    ("deals", "A number of deals"),
    ("attainment", "A quota reached"),
    ("streak", "Working days in a row with a deal"),
    ("points", "A number of points"),
    ("top", "Most points of all"),
    ("comeback", "A deal after a pause"),
    ("thanks", "Thanks given to others"),
]


class GamificationBadge(models.Model):
    """Odoo's badge, awarded by what the ledger says rather than by users."""

    _inherit = "gamification.badge"

    sales_commission_rule = fields.Selection(
        RULES,
        string="Awarded for",
        help="By itself, to payees. Empty: as Odoo does, by users or challenges.",
    )
    sales_commission_number = fields.Integer(
        string="At Least",
        default=1,
        help="Deals, points, thanks, days in a row, days of pause, or percent of the "
        "quota.",
    )
    sales_commission_period = fields.Selection(
        [
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("year", "Year"),
            ("ever", "Ever"),
        ],
        string="Once in Each",
        required=True,
        default="ever",
        help="What is counted starts anew with each period.",
    )
    sales_commission_points = fields.Integer(
        string="Brings Points", help="Given together with the badge."
    )
    sales_commission_award_ids = fields.One2many(
        "sales.commission.award", "badge_id", string="Awards"
    )
    sales_commission_award_count = fields.Integer(
        string="Awarded", compute="_compute_sales_commission_award_count"
    )
    sales_commission_mine = fields.Integer(
        string="Mine", compute="_compute_sales_commission_mine"
    )
    sales_commission_text = fields.Char(
        string="How to Get It", compute="_compute_sales_commission_text"
    )

    _sales_commission_positive = models.Constraint(
        "CHECK (sales_commission_rule IS NULL OR (sales_commission_number > 0"
        " AND COALESCE(sales_commission_points, 0) >= 0))",
        "A badge is awarded for at least 1, and takes no points away.",
    )

    @api.depends("sales_commission_award_ids")
    def _compute_sales_commission_award_count(self):
        counts = dict(
            self.env["sales.commission.award"]._read_group(
                [("badge_id", "in", self.ids)], ["badge_id"], ["__count"]
            )
        )
        for badge in self:
            badge.sales_commission_award_count = counts.get(badge._origin, 0)

    @api.depends_context("uid")
    def _compute_sales_commission_mine(self):
        counts = dict(
            self.env["sales.commission.award"]._read_group(
                [
                    ("badge_id", "in", self.ids),
                    ("employee_id.user_id", "=", self.env.uid),
                ],
                ["badge_id"],
                ["__count"],
            )
        )
        for badge in self:
            badge.sales_commission_mine = counts.get(badge._origin, 0)

    @api.depends(
        "sales_commission_rule", "sales_commission_number", "sales_commission_period"
    )
    def _compute_sales_commission_text(self):
        for badge in self:
            rule = badge.sales_commission_rule
            badge.sales_commission_text = rule and badge._say_sales_commission_rule()

    def _say_sales_commission_rule(self):
        facts = {
            "number": say_number(self.env, self.sales_commission_number),
            "period": {
                "month": self.env._("in a month"),
                "quarter": self.env._("in a quarter"),
                "year": self.env._("in a year"),
                "ever": "",
            }[self.sales_commission_period],
        }
        rule = self.sales_commission_rule
        if rule == "deals" and self.sales_commission_number == 1:
            text = self.env._("The first deal %(period)s", **facts)
        elif rule == "deals":
            text = self.env._("%(number)s deals %(period)s", **facts)
        elif rule == "attainment":
            text = self.env._("%(number)s %% of a quota %(period)s", **facts)
        elif rule == "streak":
            text = self.env._(
                "A deal on %(number)s working days in a row %(period)s", **facts
            )
        elif rule == "points":
            text = self.env._("%(number)s points %(period)s", **facts)
        elif rule == "top":
            text = self.env._("Most points of all %(period)s", **facts)
        elif rule == "comeback":
            text = self.env._(
                "A deal after %(number)s days without one %(period)s", **facts
            )
        else:
            text = self.env._(
                "%(number)s times thanked a colleague %(period)s", **facts
            )
        return text.strip()

    @api.constrains("sales_commission_rule", "sales_commission_period", "rule_auth")
    def _check_sales_commission_rule(self):
        for badge in self.filtered("sales_commission_rule"):
            if badge.rule_auth != "nobody":
                raise ValidationError(
                    self.env._(
                        "“%s” is awarded by a rule, so nobody can grant it: set its "
                        "allowance to No one.",
                        badge.name,
                    )
                )
            if (
                badge.sales_commission_rule == "top"
                and badge.sales_commission_period == "ever"
            ):
                raise ValidationError(
                    self.env._(
                        "Nobody could get “%s”: who has most points of all time is "
                        "never known. Choose a month, quarter or year.",
                        badge.name,
                    )
                )

    @api.onchange("sales_commission_rule")
    def _onchange_sales_commission_rule(self):
        if self.sales_commission_rule:
            self.rule_auth = "nobody"
            if self.sales_commission_rule == "top":
                self.sales_commission_period = "month"

    def action_view_sales_commission_awards(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "sales.commission.award",
            "view_mode": "list",
            "domain": [("badge_id", "=", self.id)],
        }

    def action_award_sales_commission(self):
        check_group(self.env, "group_officer")
        badges = self or self.search([("sales_commission_rule", "!=", False)])
        awards = self.env["sales.commission.award"]
        # sudo: the group is checked; awards have no writer
        for company in self.env.companies:
            awards |= badges.sudo()._award(company)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s badges were awarded.", len(awards)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }


class GamificationBadgeUser(models.Model):
    """Users may write in Odoo's list of owners, but not in what our rules awarded."""

    _inherit = "gamification.badge.user"

    @api.model_create_multi
    def create(self, vals_list):
        owners = super().create(vals_list)
        owners._check_sales_commission_badge()
        return owners

    def write(self, vals):
        self._check_sales_commission_badge()
        result = super().write(vals)
        self._check_sales_commission_badge()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_no_sales_commission_badge(self):
        self._check_sales_commission_badge()

    def _check_sales_commission_badge(self):
        if self.env.su:
            return
        badges = self.sudo().badge_id.filtered("sales_commission_rule")
        if badges:
            raise AccessError(
                self.env._(
                    "“%s” is awarded by a rule. Nobody gives it to somebody, changes "
                    "or deletes it.",
                    badges[0].name,
                )
            )
