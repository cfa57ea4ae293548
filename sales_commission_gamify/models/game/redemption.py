from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

OPEN = ("requested", "approved")


class SalesCommissionRedemption(models.Model):
    """A payee's wish for a reward, with the points that are reserved for it.

    Nobody has the right to make or write one: it goes from state to state by buttons
    that check who presses them. Its points are rows of the point ledger.
    """

    _name = "sales.commission.redemption"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Commission Redemption"
    _order = "id desc"
    _rec_name = "reward_name"
    _mail_post_access = "read"  # nobody may write one

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    reward_id = fields.Many2one(
        "sales.commission.reward",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    reward_name = fields.Char("Name", required=True, readonly=True)
    kind = fields.Selection(
        lambda self: self.env["sales.commission.reward"]._fields["kind"].selection,
        required=True,
        readonly=True,
    )
    image_256 = fields.Image(related="reward_id.image_256")
    points = fields.Integer(
        "Price", required=True, readonly=True, help="As it was when it was asked for."
    )
    cost = fields.Monetary(
        readonly=True, groups="sales_commission_gamify.group_manager"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    point_name = fields.Char(related="company_id.sales_commission_point_name")
    point_icon = fields.Selection(related="company_id.sales_commission_point_icon")
    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("approved", "To hand out"),
            ("done", "Handed out"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        readonly=True,
        default="requested",
        index=True,
        group_expand=True,
        tracking=True,
    )
    note = fields.Char(readonly=True, help="What the payee wants to say with it.")
    date = fields.Date("Requested on", required=True, readonly=True)
    decide_user_id = fields.Many2one("res.users", "Decided by", readonly=True)
    decide_date = fields.Datetime("Decided on", readonly=True)
    refusal = fields.Char("Why it was refused", readonly=True)
    hand_out_user_id = fields.Many2one(
        "res.users", "Handed out by", readonly=True, index="btree_not_null"
    )
    done_date = fields.Datetime("Handed out on", readonly=True)
    end_date = fields.Date(
        readonly=True, help="Handed out, refused or cancelled on this day."
    )
    request_key = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    is_mine = fields.Boolean(compute="_compute_is_mine", search="_search_is_mine")
    code = fields.Char(
        compute="_compute_code", help="Shown to the payee alone, once it is given."
    )
    instructions = fields.Text(compute="_compute_code", compute_sudo=False)

    _one_wish = models.UniqueIndex(
        "(employee_id, reward_id) WHERE state = 'requested'",
        "This reward is asked for already and waits to be approved.",
    )
    _request_key_uniq = models.UniqueIndex(
        "(request_key) WHERE request_key IS NOT NULL",
        "This reward is asked for already.",
    )

    # --- whose it is ------------------------------------------------------------

    @api.model
    def _get_own_payees(self, company=None):
        """The working employees that the current user is, in sudo: the one place that
        decides whose points and redemptions these are."""
        payees = self.env["sales.commission.dispute"]._get_own_payees(company)
        return payees.filtered("active")

    @api.depends_context("uid")
    @api.depends("employee_id")
    def _compute_is_mine(self):
        own = self._get_own_payees()
        for redemption in self:
            redemption.is_mine = redemption.sudo().employee_id in own

    def _search_is_mine(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return Domain("employee_id", "in", self._get_own_payees().ids)

    @api.depends_context("uid")
    @api.depends("state", "employee_id")
    def _compute_code(self):
        for redemption in self:
            shown = redemption.state == "done" and redemption.is_mine
            redemption.code = shown and redemption._get_code()
            redemption.instructions = (
                redemption.state == "done" and redemption.sudo().reward_id.instructions
            )

    def _get_code(self):
        """Hook for what is given as a code; whoever calls it checks who may see it."""
        self.ensure_one()
        if self.kind != "code":
            return False
        # sudo: nobody may read codes; this one is the payee's
        codes = self.env["sales.commission.reward.code"].sudo()
        return codes.search([("redemption_id", "=", self.id)]).code

    def _say_facts(self):
        """What messages say of it."""
        self.ensure_one()
        return {
            "payee": self.sudo().employee_id.name,
            "reward": self.reward_name,
            "points": self.points,
            "unit": self.sudo().point_name,
            "state": dict(self._fields["state"]._description_selection(self.env))[
                self.state
            ].lower(),
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for redemption in self:
            raise UserError(
                self.env._(
                    "“%(reward)s” for %(payee)s stays in the books: cancel it instead, "
                    "which gives the %(unit)s back.",
                    **redemption._say_facts(),
                )
            )

    def _get_list_domain(self):
        return Domain("employee_id", "in", self._get_own_payees().ids)
