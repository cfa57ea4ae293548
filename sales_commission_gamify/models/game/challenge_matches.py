from decimal import Decimal

from odoo import fields, models

from ...engine import contests

WITH_MATCHES = ("bracket", "duel")


class SalesCommissionChallenge(models.Model):
    """The matches of a bracket and the pairs of a duel, which stay as they were when it
    was settled."""

    _inherit = "sales.commission.challenge"

    kept_matches = fields.Json(readonly=True, copy=False)

    def _close(self):
        if self.kind in WITH_MATCHES:
            self.kept_matches = [
                [*match[:3], list(map(str, match.scores)), match.winner]
                for match in self._play(is_over=True)
            ]
        return super()._close()

    def _get_matches(self):
        if self.state == "finished" and self.kept_matches:
            return [
                contests.Match(
                    number, first, second, tuple(map(Decimal, scores)), winner
                )
                for number, first, second, scores, winner in self.kept_matches
            ]
        return self._play(is_over=self.state == "finished")

    def _play(self, is_over):
        play = contests.play if self.kind == "bracket" else contests.play_pairs
        return play(self._get_rules(is_over), self._get_entrants()[self])
