from odoo import fields, models

from ...engine import leagues


class SalesCommissionChallenge(models.Model):
    """The next one, when a challenge is settled: next week, the next season."""

    _inherit = "sales.commission.challenge"

    repeat = fields.Selection(
        [
            ("no", "Once"),
            ("week", "Each week"),
            ("month", "Each month"),
            ("quarter", "Each quarter"),
        ],
        string="Repeats",
        required=True,
        default="no",
        help="The next one starts by itself, with the same participants, rules, prizes "
        "and budget: who approves it approves it until the last day of repeats.",
    )
    repeat_until = fields.Date(
        "Repeats until", help="No further one starts after this day. Empty: none ends."
    )
    previous_id = fields.Many2one(
        "sales.commission.challenge",
        string="Follows",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    _followed_once = models.UniqueIndex(
        "(previous_id) WHERE previous_id IS NOT NULL",
        "This challenge has a next one already.",
    )

    def _repeat(self):
        super()._repeat()
        first, last = self._get_next_days()
        if self.repeat == "no" or (self.repeat_until and first > self.repeat_until):
            return
        follower = self.copy(
            {
                "name": self.name,
                "date_from": first,
                "date_to": last,
                "previous_id": self.id,
                "user_id": self.user_id.id,
                "approve_user_id": self.approve_user_id.id,
                "approve_date": self.approve_date,
                "participant_ids": self._prepare_followers(),
                "state": "scheduled",
            }
        )
        if follower.kind == "league":
            self._move_groups(follower)
        if follower.date_from <= follower._get_today():
            follower._start()

    def _get_next_days(self):
        """The same days a week, a month or a quarter later; a whole month follows a
        whole month, whatever its length."""
        step = {"week": {"days": 7}, "month": {"months": 1}, "quarter": {"months": 3}}
        if self.repeat == "no":
            return self.date_from, self.date_to
        add = step[self.repeat]
        first = fields.Date.add(self.date_from, **add)
        after = fields.Date.add(fields.Date.add(self.date_to, days=1), **add)
        return first, fields.Date.subtract(after, days=1)

    def _prepare_followers(self):
        """Who left is not asked again."""
        return [
            fields.Command.create(
                {
                    "employee_id": row.employee_id.id,
                    "team_id": row.team_id.id,
                    "state": row.state,
                    "target": 0 if self.kind == "target" else row.target,
                }
            )
            for row in self.participant_ids
            if row.state != "left" and row.employee_id.active
        ]

    def _move_groups(self, follower):
        """Up and down by what this season came to."""
        groups, rows = {}, []
        for result in self.result_ids:
            groups[result.employee_id.id] = result.group_number
            rows.append(
                leagues.Standing(
                    result.employee_id.id,
                    result.place or None,
                    result.score,
                    state=result.state or "",
                )
            )
        people = follower.participant_ids
        joined = people.filtered(lambda row: row.state == "joined")
        staying = [row for row in rows if row.key in joined.employee_id.ids]
        season = leagues.next_season(
            groups,
            staying,
            {
                payee.id: 0
                for payee in joined.employee_id
                if payee.id not in {row.key for row in staying}
            },
        )
        for row in joined:
            row.group_number = season[row.employee_id.id]
