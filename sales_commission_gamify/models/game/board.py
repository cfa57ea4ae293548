import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

# What can be shown, in the order of turning.
PAGES = ("points", "amount", "attainment", "deals", "teams", "badges", "challenges")


class SalesCommissionBoard(models.Model):
    """A screen on the wall: pages that turn, for everybody who walks by.

    Whoever knows the link sees it, without a login; a new link ends the old one. It
    shows names, places and deals, never what anybody earns.
    """

    _name = "sales.commission.board"
    _description = "TV Board"
    _order = "name, id"

    name = fields.Char(required=True, help="Stands at the top of the screen.")
    active = fields.Boolean(default=True, help="An archived board shows nothing.")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self._make_token(),
        groups="sales_commission_gamify.group_officer",
    )
    url = fields.Char(
        "Link",
        compute="_compute_url",
        groups="sales_commission_gamify.group_officer",
        help="Open it on the screen, full-screen with F11. Whoever has it can look.",
    )
    lang = fields.Selection(
        selection="_get_langs",
        string="Language",
        help="Of titles, numbers and dates. Empty: that of the company.",
    )
    period = fields.Selection(
        [
            ("week", "This week"),
            ("month", "This month"),
            ("quarter", "This quarter"),
            ("year", "This year"),
        ],
        string="Of",
        required=True,
        default="month",
    )
    seconds = fields.Integer(
        "Seconds per page", required=True, default=15, help="How long each page stays."
    )
    team_ids = fields.Many2many(
        "crm.team", string="Sales teams", help="Empty: everybody who takes part."
    )
    shows_points = fields.Boolean("Points", default=True)
    shows_amount = fields.Boolean("Amount sold", default=True)
    shows_attainment = fields.Boolean("Share of the own target", default=True)
    shows_deals = fields.Boolean("Latest deals", default=True)
    shows_teams = fields.Boolean("Teams and their goal", default=True)
    shows_badges = fields.Boolean("Badges of the week", default=True)
    shows_challenges = fields.Boolean("Challenges", default=True)
    shows_money = fields.Boolean(
        "With amounts",
        default=True,
        help="Otherwise deals and places are shown without amounts.",
    )
    celebrates = fields.Boolean(
        "Celebrate new deals", default=True, help="Confetti, with who made the deal."
    )

    _token_uniq = models.Constraint("UNIQUE (token)", "A link belongs to one board.")
    _seconds_sane = models.Constraint(
        "CHECK (seconds BETWEEN 5 AND 600)",
        "A page stays for 5 to 600 seconds.",
    )

    @api.model
    def _get_langs(self):
        return self.env["res.lang"].get_installed()

    @api.model
    def _make_token(self):
        return secrets.token_urlsafe(32)

    @api.depends("token")
    def _compute_url(self):
        for board in self:
            board.url = f"{board.get_base_url()}/commissions/board/{board.token}"

    @api.constrains(*(f"shows_{page}" for page in PAGES))
    def _check_pages(self):
        for board in self:
            if not board._get_pages():
                raise ValidationError(
                    self.env._(
                        "The board “%s” has no page to show: choose at least one.",
                        board.name,
                    )
                )

    def action_new_link(self):
        """The old link shows nothing from now on."""
        for board in self:
            board.token = self._make_token()
        return True

    def action_open(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}

    @api.model
    def _find(self, token):
        """The board of a link, in sudo with its company and language; empty for
        others."""
        # sudo: whoever knows the link may look, and has no rights otherwise
        board = self.sudo().search(Domain("token", "=", token or ""), limit=1)
        company = board.company_id
        return board.with_context(
            lang=board._get_shown_lang(),
            allowed_company_ids=company.ids,
            tz=self._get_tz(company),
        )

    def _get_shown_lang(self):
        """The first of these that is still installed."""
        installed = {code for code, _name in self._get_langs()}
        wanted = (self.lang, self.company_id.partner_id.lang, self.env.lang)
        return next((code for code in wanted if code in installed), "en_US")

    @api.model
    def _get_tz(self, company):
        return company.resource_calendar_id.tz or "UTC"

    def _get_pages(self):
        self.ensure_one()
        return [page for page in PAGES if self[f"shows_{page}"]]

    def _get_days(self):
        today = fields.Date.context_today(self)
        days = self.env["sales.commission.standing"]._get_days(self.period, today)
        return days.first, days.last

    def _get_week_ago(self):
        return fields.Date.context_today(self) - timedelta(days=7)
