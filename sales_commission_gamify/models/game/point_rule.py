from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# What a rule must not change once it has given points, or it would take them back.
FROZEN = {
    "trigger",
    "points",
    "points_per_unit",
    "points_per_document",
    "period",
    "among",
    "threshold",
    "streak_length",
    "streak_unit",
    "measure_id",
    "date_from",
    "company_id",
}


class SalesCommissionPointRule(models.Model):
    """What brings points. Points are never money.

    A rule of a component is a part of its plan's version and counts what that
    credits. One that stands alone has days, payees and a measure of its own.
    """

    _name = "sales.commission.point.rule"
    _description = "Commission Point Rule"
    _order = "component_id, sequence, id"
    _check_company_auto = True

    component_id = fields.Many2one(
        "sales.commission.component", ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char(required=True, default=lambda self: self.env._("Sale"))
    trigger = fields.Selection(
        [
            ("credited", "Everything sold or done"),
            ("first", "The first deal"),
            ("biggest", "The biggest deal"),
            ("attainment", "A quota reached"),
            ("streak", "A streak"),
        ],
        string="Points for",
        required=True,
        default="credited",
    )
    points_per_unit = fields.Float(
        string="Points per unit",
        min_display_digits=2,
        required=True,
        default=0,
        help="0.01 gives one point for every 100 credited. Fractions are dropped "
        "once per document.",
    )
    points_per_document = fields.Integer(
        string="Points for each",
        required=True,
        default=0,
        help="Given once per sale, call or meeting, and taken back when the whole sale "
        "is refunded.",
    )
    points = fields.Integer(
        required=True, default=0, help="Given each time that it happens."
    )
    period = fields.Selection(
        [
            ("day", "Day"),
            ("week", "Week"),
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("year", "Year"),
            ("ever", "Ever"),
        ],
        string="Of each",
        required=True,
        default="day",
    )
    among = fields.Selection(
        [("payee", "Each payee"), ("all", "All together")],
        required=True,
        default="payee",
        help="Each payee has a first and a biggest deal of their own; or one gets it.",
    )
    threshold = fields.Float(
        string="At %",
        required=True,
        default=100,
        min_display_digits=0,
        help="Percent of the quota, at the end of its period or before.",
    )
    streak_length = fields.Integer(string="In a row", required=True, default=5)
    streak_unit = fields.Selection(
        [("day", "Days"), ("week", "Weeks")],
        string="Streak of",
        required=True,
        default="day",
        help="With a sale in each. Days off, public holidays and leave break no "
        "streak; what is sold on them counts.",
    )
    worth_text = fields.Char(string="Worth", compute="_compute_worth_text")

    _positive = models.Constraint(
        "CHECK (points_per_unit >= 0 AND points_per_document >= 0 AND points >= 0)",
        "A point rule cannot take points away: refunds do that by themselves.",
    )
    _threshold_positive = models.Constraint(
        "CHECK (threshold > 0)",
        "A quota is reached at more than 0 %.",
    )
    _streak_positive = models.Constraint(
        "CHECK (streak_length BETWEEN 1 AND 366)",
        "A streak has 1 to 366 days or weeks.",
    )

    @api.depends("component_id.company_id")
    def _compute_company_id(self):
        for rule in self:
            rule.company_id = rule.component_id.company_id or self.env.company

    @api.depends("trigger", "points", "points_per_unit", "points_per_document")
    def _compute_worth_text(self):
        for rule in self:
            rule.worth_text = rule._say_worth()

    @api.constrains("trigger", "period")
    def _check_biggest_of_period(self):
        for rule in self:
            if rule.trigger == "biggest" and rule.period == "ever":
                raise ValidationError(
                    self.env._(
                        "“%s” could never be given: the biggest deal ever is only "
                        "known at the end of time. Choose a day, week, month, quarter "
                        "or year.",
                        rule.name,
                    )
                )

    @api.constrains("trigger", "points")
    def _check_gives(self):
        for rule in self:
            if rule.trigger != "credited" and not rule.points:
                raise ValidationError(
                    self.env._(
                        "“%s” gives no points yet. Say how many.",
                        rule.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules.component_id.plan_id._check_draft()
        return rules

    def write(self, vals):
        self.component_id.plan_id._check_draft()
        if vals.keys() & self._get_frozen_fields():
            self._check_not_used(vals)
        result = super().write(vals)
        self.component_id.plan_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self.component_id.plan_id._check_draft()
        self._check_not_used()

    def _get_frozen_fields(self):
        return FROZEN

    def _check_not_used(self, vals=()):
        """:raise UserError: when it gave points, which would no longer be explained"""
        # sudo: the points of others count, too
        points = self.env["sales.commission.point"].sudo()
        alone = self.filtered(lambda rule: not rule.component_id)
        used = points._read_group([("rule_id", "in", alone.ids)], ["rule_id"])
        for (rule,) in used:
            raise UserError(
                self.env._(
                    "“%s” has given points already, so what it gives cannot change. "
                    "Give it a last day, duplicate it, and change the copy.",
                    rule.name,
                )
            )
