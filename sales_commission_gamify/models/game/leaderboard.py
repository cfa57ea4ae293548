from odoo import api, fields, models
from odoo.exceptions import ValidationError

PERIOD_KINDS = [
    ("day", "Day"),
    ("week", "Week"),
    ("month", "Month"),
    ("quarter", "Quarter"),
    ("year", "Year"),
]


class SalesCommissionLeaderboard(models.Model):
    """What is ranked on a board, and who may see whom on it."""

    _name = "sales.commission.leaderboard"
    _description = "Leaderboard"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Empty: each company has it, with its own payees."
    )
    metric = fields.Selection(
        [
            ("points", "Points"),
            ("amount", "Amount sold"),
            ("deals", "Number of deals"),
            ("attainment", "Share of the own target"),
            ("measure", "A measure or component"),
        ],
        string="Ranked by",
        required=True,
        default="amount",
        help="The amount sold is what plans credit for invoices; where none does, for "
        "orders, else for payments. The share of the own target is fair to payees of "
        "different size.",
    )
    measure_id = fields.Many2one(
        "sales.commission.measure", check_company=True, ondelete="cascade"
    )
    component_id = fields.Many2one(
        "sales.commission.component",
        check_company=True,
        ondelete="cascade",
        domain="[('plan_id.state', '!=', 'draft'), ('credited_to', '!=', 'hierarchy')]",
        help="Of its plan's versions together.",
    )
    period_kind = fields.Selection(
        PERIOD_KINDS,
        string="Opens with the",
        required=True,
        default="month",
        help="The reader may choose another one.",
    )
    by = fields.Selection(
        [("payee", "Persons"), ("team", "Sales teams")],
        string="Opens with",
        required=True,
        default="payee",
    )
    team_ids = fields.Many2many(
        "crm.team",
        string="Only of the teams",
        help="Empty: all payees of the company.",
    )
    visibility = fields.Selection(
        [
            ("own", "Own place, with four neighbours"),
            ("everybody", "Everybody sees everybody"),
            ("managers", "Managers only"),
        ],
        string="Payees see",
        required=True,
        default="own",
        help="Managers see those below them, officers everybody. Who is not shown in "
        "rankings is seen by nobody else.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        default=lambda self: self.env.user,
        readonly=True,
        copy=False,
        help="The manager who may change the board.",
    )

    @api.constrains("metric", "measure_id", "component_id")
    def _check_counted(self):
        for board in self:
            if board.metric == "measure" and not (
                board.measure_id or board.component_id
            ):
                raise ValidationError(
                    self.env._(
                        "Choose the measure or the component that the leaderboard "
                        "“%s” ranks by.",
                        board.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and not self._is_officer():
            for vals in vals_list:
                vals["user_id"] = self.env.uid
        return super().create(vals_list)

    def write(self, vals):
        if "user_id" in vals and not self.env.su and not self._is_officer():
            vals = {name: value for name, value in vals.items() if name != "user_id"}
        return super().write(vals)

    @api.model
    def _is_officer(self):
        return self.env.user.has_group("sales_commission_gamify.group_officer")

    def _get_counted_options(self, company):
        """What the standings need to know besides metric and days."""
        self.ensure_one()
        return {
            "company": company,
            "measure": self.metric == "measure" and self.measure_id,
            "component": self.metric == "measure" and self.component_id,
            "teams": self.team_ids.ids,
        }
