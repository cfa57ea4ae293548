from datetime import timedelta

from odoo import api, fields, models

# Rows of transactions that were still running come with the next job.
SETTLED = timedelta(minutes=30)
BATCH = 1000


class GamificationKarmaTracking(models.Model):
    _inherit = "gamification.karma.tracking"

    def _get_origin_selection_values(self):
        return [
            *super()._get_origin_selection_values(),
            ("sales.commission.point", self.env._("Points")),
        ]


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_karma = fields.Boolean(
        string="Feed Karma",
        help="Each row of points also changes the karma of the payee's user. Nothing "
        "is read from karma.",
    )
    sales_commission_karma_point_id = fields.Integer(
        readonly=True, help="The last row of points that karma was told of."
    )

    def write(self, vals):
        if vals.get("sales_commission_karma"):
            newest = self.env["sales.commission.point"].sudo()  # sudo: only a number
            newest = newest.search([], order="id desc", limit=1).id
            starting = self.filtered(lambda company: not company.sales_commission_karma)
            super(ResCompany, starting).write(
                {"sales_commission_karma_point_id": newest}
            )
        return super().write(vals)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_commission_karma = fields.Boolean(
        related="company_id.sales_commission_karma", readonly=False
    )


class SalesCommissionPoint(models.Model):
    """What is brought and taken back from now on, as karma; what is spent is not."""

    _inherit = "sales.commission.point"

    @api.model
    def _cron_feed_karma(self):
        for company in self.env["res.company"].search(
            [("sales_commission_karma", "=", True)]
        ):
            rows = self.search(
                [
                    ("company_id", "=", company.id),
                    ("id", ">", company.sales_commission_karma_point_id),
                    ("create_date", "<", fields.Datetime.now() - SETTLED),
                ],
                order="id",
                limit=BATCH,
            )
            if rows:
                rows._feed_karma()
                company.sales_commission_karma_point_id = rows[-1].id
            self.env["ir.cron"]._commit_progress(1)

    def _feed_karma(self):
        karma = {}
        vals_list = []
        for point in self:
            user = point.employee_id.user_id
            if not user or point.kind in ("reward", "expiry"):
                continue
            before = karma.get(user, user.karma)
            karma[user] = before + point.points
            vals_list.append(
                {
                    "user_id": user.id,
                    "old_value": before,
                    "new_value": karma[user],
                    "origin_ref": f"{self._name},{point.id}",
                    "reason": point.reason,
                }
            )
        self.env["gamification.karma.tracking"].create(vals_list)
