from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ...engine import prizes
from ..design.exact import exact


class SalesCommissionChallenge(models.Model):
    """What each winner, or each place, gets: points, a badge, money."""

    _inherit = "sales.commission.challenge"

    prize_points = fields.Integer(
        "Points for each winner", help="Points are never money."
    )
    prize_badge_id = fields.Many2one(
        "gamification.badge", "Badge for each winner", ondelete="restrict"
    )
    prize_amount = fields.Monetary(
        "Money for each winner",
        help="Paid with the winner's next statement. An officer approves the budget "
        "before the challenge starts.",
    )
    budget = fields.Monetary(
        help="The most that all winners together can be paid. When more people win "
        "than it pays for, they share it to the cent.",
    )
    adjustment_ids = fields.One2many(
        "sales.commission.adjustment", "challenge_id", readonly=True
    )

    _prizes_possible = models.Constraint(
        "CHECK (COALESCE(prize_points, 0) >= 0 AND COALESCE(prize_amount, 0) >= 0 "
        "AND COALESCE(budget, 0) >= 0)",
        "A prize takes nothing away: enter 0 or more.",
    )

    @api.constrains("prize_amount", "budget")
    def _check_budget(self):
        for challenge in self:
            promised = challenge._get_promised_money()
            if promised and challenge.budget < promised:
                raise ValidationError(
                    self.env._(
                        "The budget of “%(challenge)s” does not pay one prize of "
                        "%(prize)s: enter the most that all winners can be paid.",
                        challenge=challenge.name,
                        prize=challenge.currency_id.format(promised),
                    )
                )

    def _get_promised_money(self):
        """Money, when one wins and nobody shares a place."""
        # sudo: who may see the challenge is told its prizes
        return self.prize_amount + sum(self.sudo().place_prize_ids.mapped("amount"))

    def _needs_approval(self):
        """Money always; anything else when who runs it may win it."""
        if self.is_test:
            return False
        runner = self.user_id
        return bool(self._get_promised_money()) or (
            self._has_prize()
            and any(
                payee._is_sales_commission_user(runner)
                for payee in self.participant_ids.employee_id
            )
        )

    def _has_prize(self):
        return bool(
            self.prize_amount
            or self.prize_points
            or self.prize_badge_id
            or self.sudo().place_prize_ids  # sudo: see _get_promised_money
        )

    def _add_prizes(self, rows, ranking):
        """Each winner's prize, and that of the place."""
        by_place = {prize.place: prize for prize in self.place_prize_ids}
        places = prizes.pick_places(
            self._get_rules(is_over=True), ranking, self._get_scores_of_teams(ranking)
        )
        none = self.env["sales.commission.challenge.prize"]
        for row, standing in zip(rows, ranking, strict=True):
            prize = by_place.get(places.get(standing.key), none)
            won = row["won"]
            row |= {
                "prize_points": self.prize_points * won + prize.points,
                "prize_amount": exact(self.prize_amount * won) + exact(prize.amount),
                "prize_badge_id": (won and self.prize_badge_id.id) or None,
                "place_badge_id": prize.badge_id.id or None,
            }
        amounts = prizes.share_budget(
            [row["prize_amount"] for row in rows],
            exact(self.budget),
            exact(self.currency_id.rounding),
        )
        for row, amount in zip(rows, amounts, strict=True):
            row["prize_amount"] = amount

    def _get_scores_of_teams(self, ranking):
        """``{key: what its team did}``, where teams compete."""
        if self.kind != "teams":
            return {}
        teams = {row.id: row.team_id for row in self._get_people()}
        scores = defaultdict(int)
        for row in ranking:
            scores[teams[row.key]] += row.score
        return {row.key: scores[teams[row.key]] for row in ranking}

    def _give_prizes(self, rows):
        self._give_points([row for row in rows if row["prize_points"]])
        for name in ("prize_badge_id", "place_badge_id"):
            by_badge = defaultdict(list)
            for row in rows:
                by_badge[row[name]].append(row)
            for badge_id, winners in by_badge.items():
                self._give_badges(winners, badge_id)
        self._pay_money([row for row in rows if row["prize_amount"]])

    def _give_points(self, winners):
        self.env["sales.commission.point"]._give(
            [
                {
                    "company_id": self.company_id.id,
                    "employee_id": row["employee_id"],
                    "kind": "challenge",
                    "date": self.date_to,
                    "points": row["prize_points"],
                    "reason": self.name,
                    "document_model": self._name,
                    "origin_id": self.id,
                }
                for row in winners
            ]
        )

    def _give_badges(self, winners, badge_id):
        """One statement for all. Badges hang on logins: who has none gets none."""
        if not badge_id:
            return
        self.env["hr.employee"].flush_model(["user_id", "work_contact_id"])
        self.env["res.users"].flush_model(["partner_id", "active"])
        self.env["gamification.badge"].flush_model(["level"])
        self.env.execute_query(
            SQL(
                """
                INSERT INTO gamification_badge_user (
                       user_id, badge_id, level, employee_id, comment, sender_id,
                       create_uid, create_date, write_uid, write_date)
                SELECT u.id, badge.id, badge.level,
                       CASE WHEN employee.user_id = u.id THEN employee.id END,
                       %(reason)s, %(owner)s, %(uid)s, now() AT TIME ZONE 'UTC',
                       %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM hr_employee employee
                  JOIN res_users u ON u.active
                   AND (u.id = employee.user_id OR employee.user_id IS NULL
                        AND u.partner_id = employee.work_contact_id)
                  JOIN gamification_badge badge ON badge.id = %(badge)s
                 WHERE employee.id = ANY(%(employees)s) RETURNING id
                """,
                reason=self.name,
                owner=self.user_id.id,
                uid=self.env.uid,
                badge=badge_id,
                employees=[row["employee_id"] for row in winners],
            )
        )
        self.env["gamification.badge.user"].invalidate_model()

    def _pay_money(self, winners):
        self.env["sales.commission.adjustment"]._add_approved(
            [
                {
                    "company_id": self.company_id.id,
                    "employee_id": row["employee_id"],
                    "kind": "challenge",
                    "amount": row["prize_amount"],
                    "currency_id": self.currency_id.id,
                    "reason": self.env._("Challenge “%s”", self.name),
                    "challenge_id": self.id,
                }
                for row in winners
            ],
            approver=self.approve_user_id,
            enterer=self.user_id,
        )


class SalesCommissionAdjustment(models.Model):
    """A prize in money is an adjustment that the challenge entered; who approved its
    budget approved it."""

    _inherit = "sales.commission.adjustment"

    kind = fields.Selection(
        selection_add=[("challenge", "Challenge"), ("other",)],
        ondelete={"challenge": "set default"},
    )
    challenge_id = fields.Many2one(
        "sales.commission.challenge",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The challenge whose prize it is.",
    )

    _challenge_once = models.UniqueIndex(
        "(challenge_id, employee_id) WHERE challenge_id IS NOT NULL",
        "The prize of this challenge is paid to the payee already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                vals.pop("challenge_id", None)
                if vals.get("kind") == "challenge":
                    vals["kind"] = "bonus"
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and (
            "challenge_id" in vals or vals.get("kind") == "challenge"
        ):
            raise ValidationError(
                self.env._("Prizes of challenges are entered by the challenges alone.")
            )
        return super().write(vals)
