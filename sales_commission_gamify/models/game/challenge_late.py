from odoo import api, fields, models
from odoo.exceptions import UserError

# Their rounds or pairs are made of those who are there when it starts.
CLOSED = ("duel", "bracket", "elimination")


class SalesCommissionChallenge(models.Model):
    _inherit = "sales.commission.challenge"

    can_join = fields.Boolean(compute="_compute_can_join")

    @api.depends("participant_ids.state", "state", "kind")
    @api.depends_context("uid")
    def _compute_can_join(self):
        """Whether the user is invited and not too late."""
        states = self._get_my_states()
        for challenge in self:
            challenge.can_join = (
                states.get(challenge.id) == "invited"
                and challenge.state in ("scheduled", "running")
                and not challenge._is_closed()
            )

    def _is_closed(self):
        return self.state in ("running", "finished") and self.kind in CLOSED


class SalesCommissionChallengeParticipant(models.Model):
    """Who comes in when a challenge is announced already, or runs."""

    _inherit = "sales.commission.challenge.participant"

    def _check_comes_in_time(self):
        for row in self:
            # sudo: a payee who joins may not read all of it
            challenge = row.challenge_id.sudo()
            if challenge._is_closed():
                raise UserError(
                    self.env._(
                        "“%(challenge)s” has started, and its rounds and pairs are "
                        "made of those who were in it: %(payee)s comes too late. Wait "
                        "for the next one.",
                        challenge=challenge.name,
                        payee=row.employee_id.sudo().name,
                    )
                )
            if challenge.state in ("scheduled", "running"):
                row._check_has_team(challenge)
        return super()._check_comes_in_time()

    def _check_has_team(self, challenge):
        if challenge.kind == "teams" and not self.team_id:
            raise UserError(
                self.env._(
                    "“%(challenge)s” is team against team: choose a team for "
                    "%(payee)s.",
                    challenge=challenge.name,
                    payee=self.employee_id.sudo().name,
                )
            )

    def _enter_late(self):
        """What the others got when it started."""
        result = super()._enter_late()
        for row in self.sudo():  # sudo: groups and targets are nobody's to enter now
            challenge = row.challenge_id
            if challenge.kind == "league":
                groups = challenge.participant_ids.mapped("group_number")
                row.group_number = max(groups)
            if challenge.kind == "target":
                challenge._fill_targets(row)
        return result
