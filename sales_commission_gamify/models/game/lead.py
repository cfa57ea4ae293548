from odoo import api, fields, models
from odoo.tools import SQL

REMEMBERED = 400  # days, longer than the longest period of a leaderboard


class SalesCommissionLead(models.Model):
    """Who has led a challenge or a leaderboard since when.

    Standings are read from the ledger and kept nowhere, so a change of the lead can
    only be seen by who remembers the leaders of before. That is all these rows are for:
    they tell people, and nothing is decided by them.
    """

    _name = "sales.commission.lead"
    _inherit = "sales.commission.fact"
    _description = "Lead"
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    challenge_id = fields.Many2one(
        "sales.commission.challenge",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    group_number = fields.Integer("Group", readonly=True, help="Of a league.")
    leaderboard_id = fields.Many2one(
        "sales.commission.leaderboard",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
    )
    date_from = fields.Date(
        "First day", readonly=True, help="Of the leaderboard's period."
    )
    is_start = fields.Boolean(readonly=True, help="Nobody led: it had just started.")
    leader_ids = fields.Json(
        readonly=True, help="Payees who share the first place; none at the start."
    )

    @api.model
    def _get_last(self, company):
        """``{key: ids of the leaders}`` as it was seen last, see ``_get_key``."""
        self.flush_model()
        self.env["sales.commission.challenge"].flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (challenge_id, leaderboard_id, date_from,
                                    group_number)
                       challenge_id, leaderboard_id, date_from, group_number, leader_ids
                  FROM sales_commission_lead lead
                 WHERE company_id = %s
                   AND create_date > %s
                   AND (leaderboard_id IS NOT NULL OR EXISTS (
                        SELECT FROM sales_commission_challenge challenge
                         WHERE challenge.id = lead.challenge_id
                           AND challenge.state = 'running'))
                 ORDER BY challenge_id, leaderboard_id, date_from, group_number, id DESC
                """,
                company.id,
                fields.Datetime.subtract(fields.Datetime.now(), days=REMEMBERED),
            )
        )
        return {
            self._get_key(challenge_id, leaderboard_id, first, group): set(
                leaders or ()
            )
            for challenge_id, leaderboard_id, first, group, leaders in rows
        }

    @api.model
    def _get_key(self, challenge_id=None, leaderboard_id=None, first=None, group=0):
        return challenge_id or 0, leaderboard_id or 0, first, group or 0

    @api.model
    def _keep(self, company, leads, is_start=False):
        """A row for each of *leads*, ``{key: ids of the leaders}``."""
        return self.create(
            [
                {
                    "company_id": company.id,
                    "challenge_id": challenge_id,
                    "leaderboard_id": leaderboard_id,
                    "date_from": first,
                    "group_number": group,
                    "is_start": is_start,
                    "leader_ids": sorted(leaders),
                }
                for (
                    challenge_id,
                    leaderboard_id,
                    first,
                    group,
                ), leaders in leads.items()
            ]
        )
