from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ... import engine
from ...engine import leagues
from ..design.exact import exact
from ..design.words import say_number

EVERYBODY = ("milestone", "goal")  # of these all may win


class ResCompany(models.Model):
    _inherit = "res.company"

    sales_commission_prize_allowance = fields.Integer(
        string="Managers' Prizes",
        default=1000,
        help="The most that each manager may promise as prizes of the challenges that "
        "end in one month, without an officer. 0: points prizes are the officers'.",
    )

    _prize_allowance_positive = models.Constraint(
        "CHECK (COALESCE(sales_commission_prize_allowance, 0) >= 0)",
        "What managers may promise as prizes cannot be negative.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    sales_commission_prize_allowance = fields.Integer(
        related="company_id.sales_commission_prize_allowance", readonly=False
    )


class SalesCommissionChallenge(models.Model):
    """What a manager may promise in points, when no officer schedules the challenge.

    It is checked when the challenge is scheduled and kept with it. At the close the
    winners together get no more: when more win than was thought, they share it.
    """

    _inherit = "sales.commission.challenge"

    is_capped = fields.Boolean(
        readonly=True, help="Scheduled by a manager, who cannot promise without end."
    )
    points_limit = fields.Integer(
        "Points for all winners",
        readonly=True,
        help="The most that all winners together get, as it was when a manager "
        "scheduled it. When more people win, they share it.",
    )
    cap_text = fields.Char(compute="_compute_cap_text")

    @api.depends("state", "date_to", "company_id", "user_id")
    @api.depends_context("uid")
    def _compute_cap_text(self):
        is_officer = self._is_officer()
        for challenge in self:
            challenge.cap_text = (
                challenge.state == "draft"
                and not is_officer
                and challenge.date_to
                and challenge._say_left()
            )

    def _say_left(self):
        return self.env._(
            "You can promise %(left)s in %(month)s.",
            left=say_number(self.env, max(self._get_points_left(), 0)),
            month=self._say_month(),
        )

    def _say_month(self):
        return format_date(self.env, self.date_to, date_format="LLLL y")

    # --- how much it may be -------------------------------------------------------

    def _get_points_at_stake(self):
        """What the winners come to, when nobody shares a winning place."""
        people = self.participant_ids.filtered(lambda row: row.state != "left")
        each = (self.prize_points or 0) * min(self._count_prizes(people), len(people))
        # sudo: who runs it reads its prizes
        by_place = sum(self.sudo().place_prize_ids.mapped("points"))
        return each + by_place * self._count_places(people)

    def _count_places(self, people):
        """How often each place is taken: in each group, or by all of a team."""
        if self.kind == "league" and people:
            return len(leagues.split_groups(len(people)))
        if self.kind == "teams":
            return max(map(len, people.grouped("team_id").values()), default=0)
        return 1

    def _count_prizes(self, people):
        if self.kind in EVERYBODY or (self.kind == "streak" and self.goal):
            return len(people)
        if self.kind == "duel":
            return -(-len(people) // 2)
        if self.kind == "bracket":
            return 1
        if self.kind == "teams":
            sizes = sorted(map(len, people.grouped("team_id").values()), reverse=True)
            return sum(sizes[: self.winner_count])
        if self.kind == "league" and people:
            return self.winner_count * len(leagues.split_groups(len(people)))
        return self.winner_count

    def _get_points_left(self):
        """What may still be promised in the month in which it ends: by who runs it, and
        by the company's budget, where there is one."""
        company = self.company_id.sudo()  # sudo: what the company allows
        runner = self.user_id or self.env.user
        left = company.sales_commission_prize_allowance
        left -= self._sum_promises(Domain("user_id", "=", runner.id), is_given=True)
        budget = self._get_budget_left(company)
        return left if budget is None else min(left, budget)

    def _get_month_domain(self):
        first = self.date_to.replace(day=1)
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("id", "!=", self._origin.id)
            & Domain("is_capped", "=", True)
            & Domain("is_test", "=", False)
            & Domain("date_to", ">=", first)
            & Domain("date_to", "<", fields.Date.add(first, months=1))
        )

    def _sum_promises(self, domain, is_given=False):
        """Points promised by challenges that are not settled; with *is_given* also what
        those that are settled gave."""
        domain &= self._get_month_domain()
        # sudo: others' promises count against the company's budget, too
        open_ones = Domain("state", "in", ("scheduled", "running"))
        [(promised,)] = self.sudo()._read_group(
            domain & open_ones, [], ["points_limit:sum"]
        )
        if not is_given:
            return promised or 0
        results = self.env["sales.commission.challenge.result"].sudo()
        [(given,)] = results._read_group(
            Domain("challenge_id", "any", domain & Domain("state", "=", "finished")),
            [],
            ["prize_points:sum"],
        )
        return (promised or 0) + (given or 0)

    def _get_budget_left(self, company):
        """Of the company's points of the month; None without a budget."""
        month = self.date_to.replace(day=1)
        # sudo: how much is left, no more of it is told
        budgets = self.env["sales.commission.point.budget"].sudo()
        budget = budgets.search(
            [("company_id", "=", company.id), ("month", "=", month)]
        )
        if not budget and company.sales_commission_point_budget:
            budget = budgets.new(
                {
                    "company_id": company.id,
                    "month": month,
                    "budget": company.sales_commission_point_budget,
                }
            )
        if not budget:
            return None
        return budget.left - self._sum_promises(Domain.TRUE)

    # --- when it is scheduled and settled -----------------------------------------

    def _schedule(self):
        is_capped = not self._is_officer() and not self.is_test
        limit = self._get_points_at_stake() if is_capped else 0
        if limit:
            self._lock_promises()
            self._check_promise(limit)
        self.write({"is_capped": is_capped, "points_limit": limit})
        return super()._schedule()

    def _lock_promises(self):
        """Two who schedule at once: the second one starts again, and sees the first."""
        self.env.execute_query(
            SQL(
                "UPDATE res_company SET write_date = write_date WHERE id = %s"
                " RETURNING id",
                self.company_id.id,
            )
        )

    def _check_promise(self, wanted):
        left = self._get_points_left()
        if wanted <= left:
            return
        company = self.company_id.sudo()
        raise UserError(
            self.env._(
                "“%(challenge)s” promises %(wanted)s %(unit)s, and you can promise "
                "%(left)s more in the challenges that end in %(month)s. Lower the "
                "prize, or ask a commission officer to schedule it.",
                challenge=self.name,
                wanted=say_number(self.env, wanted),
                left=say_number(self.env, max(left, 0)),
                unit=company.sales_commission_point_name,
                month=self._say_month(),
            )
        )

    def _add_prizes(self, rows, ranking):
        result = super()._add_prizes(rows, ranking)
        points = [row["prize_points"] for row in rows]
        if self.is_capped and sum(points) > self.points_limit:
            shares = engine.allocate(exact(self.points_limit), points, exact(1))
            for row, share in zip(rows, shares, strict=True):
                row["prize_points"] = int(share)
        return result

    def _repeat(self):
        """The next one promises no more than is left of its month."""
        result = super()._repeat()
        follower = self.search([("previous_id", "=", self.id)])
        if follower.is_capped:
            left = max(follower._get_points_left(), 0)
            if left < follower.points_limit:
                follower.message_post(
                    body=self.env._(
                        "Only %(left)s of %(wanted)s can be promised this month: the "
                        "winners share them.",
                        left=say_number(self.env, left),
                        wanted=say_number(self.env, follower.points_limit),
                    )
                )
                follower.points_limit = left
        return result
