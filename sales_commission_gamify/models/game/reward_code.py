from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class SalesCommissionRewardCode(models.Model):
    """One voucher of a list that was bought. It is worth money: nobody reads it again
    but the payee who gets it."""

    _name = "sales.commission.reward.code"
    _description = "Voucher Code"
    _order = "id"
    _rec_name = "reward_id"

    reward_id = fields.Many2one(
        "sales.commission.reward", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="reward_id.company_id", store=True)
    code = fields.Char(required=True, copy=False, groups=fields.NO_ACCESS)
    redemption_id = fields.Many2one(
        "sales.commission.redemption",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )

    _code_uniq = models.Constraint(
        "UNIQUE (reward_id, code)", "Each code stands on the list of a reward once."
    )
    _redemption_uniq = models.Constraint(
        "UNIQUE (redemption_id)", "A redemption gets one code."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if used := self.filtered("redemption_id"):
            raise UserError(
                self.env._(
                    "A code of “%s” is handed out already and stays with whom it was "
                    "given to.",
                    used[0].reward_id.name,
                )
            )

    @api.model
    def _take(self, reward):
        """A code of *reward* that nobody has, locked; the first that was entered."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM sales_commission_reward_code
                 WHERE reward_id = %s AND redemption_id IS NULL
                 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
                """,
                reward.id,
            )
        )
        return self.browse(code_id for (code_id,) in rows)


class SalesCommissionReward(models.Model):
    _inherit = "sales.commission.reward"

    code_ids = fields.One2many(
        "sales.commission.reward.code",
        "reward_id",
        groups="sales_commission_gamify.group_officer",
    )
    new_codes = fields.Text(
        string="Add codes",
        compute="_compute_new_codes",
        inverse="_inverse_new_codes",
        groups="sales_commission_gamify.group_officer",
        help="One per line. Once saved nobody reads them again but the payee who gets "
        "one.",
    )
    code_count = fields.Integer("Codes", compute="_compute_code_count")

    def _compute_new_codes(self):
        self.new_codes = False

    def _inverse_new_codes(self):
        """Those that are on the list already are not added again."""
        for reward in self:
            typed = [line.strip() for line in (reward.new_codes or "").splitlines()]
            wanted = list(dict.fromkeys(filter(None, typed)))
            # sudo: codes are written here and read by nobody
            codes = self.env["sales.commission.reward.code"].sudo()
            known = codes.search(
                [("reward_id", "=", reward.id), ("code", "in", wanted)]
            ).mapped("code")
            codes.create(
                [
                    {"reward_id": reward.id, "code": code}
                    for code in wanted
                    if code not in known
                ]
            )
        self.invalidate_recordset(["code_count", "left", "code_ids"])

    @api.depends("kind")
    def _compute_code_count(self):
        # sudo: how many there are is no secret, what they are is
        groups = dict(
            self.env["sales.commission.reward.code"]
            .sudo()
            ._read_group([("reward_id", "in", self.ids)], ["reward_id"], ["__count"])
        )
        for reward in self:
            reward.code_count = groups.get(reward._origin.sudo(), 0)

    @api.depends("code_count")
    def _compute_left(self):
        return super()._compute_left()

    def _get_quantity(self):
        return self.code_count if self.kind == "code" else super()._get_quantity()

    def _is_limited(self):
        return self.kind == "code" or super()._is_limited()
