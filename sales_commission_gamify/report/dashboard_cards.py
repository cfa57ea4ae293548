from odoo import api, models
from odoo.tools import format_date

from ..models.design.words import say_number


class SalesCommissionDashboard(models.AbstractModel):
    """What a component's card says, in the reader's language: the page and the portal
    show the same sentences."""

    _inherit = "sales.commission.dashboard"

    @api.model
    def _add_card_words(self, components, cards):
        """Add to each of *cards* (``{key: card}``) the sentences ``credited_text``,
        ``earned_text``, ``attainment_text`` (False without a quota), ``empty_text``
        (in place of an explanation), ``period_text`` and ``plan_text``; and
        ``attainment_width``, 0 to 100."""
        by_id = {component.id: component for component in components}
        for key, card in cards.items():
            component = by_id[key[0]]
            period = self._say_card_period(key[3], card["date_to"])
            card |= {
                "credited_text": self._say_card_credited(component, card),
                "earned_text": component._format_money(card["earned"]),
                "attainment_text": self._say_card_attainment(component, card),
                "attainment_width": round(min(max(card["attainment"] or 0, 0), 100)),
                "empty_text": self._say_card_empty(card),
                "period_text": period,
                "plan_text": f"{card['plan']} · {period}",
            }

    @api.model
    def _say_card_credited(self, component, card):
        credited = component._format_counted(card["credited"])
        if card["is_score"]:
            return self.env._("Score of %s", credited)
        if card["unit"] == "money":
            return self.env._("%s credited", credited)
        return self.env._("%s counted", credited)

    @api.model
    def _say_card_attainment(self, component, card):
        if not card["quota"] or card["is_score"]:
            return False
        return self.env._(
            "%(percent)s %% of the quota of %(quota)s",
            percent=say_number(self.env, round(card["attainment"], 1)),
            quota=component._format_counted(card["quota"]),
        )

    @api.model
    def _say_card_empty(self, card):
        if card["problem"]:
            return card["problem"]
        if not card["pays"]:
            return self.env._(
                "Pays nothing by itself: other parts of the plan look at it."
            )
        if card["credited"]:
            return self.env._("Counted, but no step that pays is reached yet.")
        return self.env._("Nothing counted yet in this period.")

    @api.model
    def _say_card_period(self, first, last):
        if (first.year, first.month) == (last.year, last.month):
            return format_date(self.env, first, date_format="LLLL y")
        return self.env._(
            "%(first)s to %(last)s",
            first=format_date(self.env, first, date_format="LLL y"),
            last=format_date(self.env, last, date_format="LLL y"),
        )
