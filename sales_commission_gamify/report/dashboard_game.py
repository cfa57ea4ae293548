from odoo import api, models
from odoo.fields import Domain

POINT_ROWS = 5


class SalesCommissionDashboard(models.AbstractModel):
    """The points of a payee, and the badges that can be won."""

    _inherit = "sales.commission.dashboard"

    @api.model
    def _get_points(self, payees, month):
        points = self.env["sales.commission.point"]
        own = Domain("employee_id", "in", payees.ids)
        in_month = Domain("date", ">=", month.first) & Domain("date", "<=", month.last)
        [(total,)] = points._read_group(own, [], ["points:sum"])
        brought = Domain("kind", "not in", ("reward", "expiry"))
        [(of_month,)] = points._read_group(own & in_month & brought, [], ["points:sum"])
        rows = points.search_fetch(
            own & Domain("date", "<=", month.last),
            ["date", "reason", "points"],
            limit=POINT_ROWS,
        )
        return {
            "month": of_month or 0,
            "total": total or 0,
            "rows": [
                {
                    "id": row.id,
                    "date": row.date,
                    "reason": row.reason,
                    "points": row.points,
                }
                for row in rows
            ],
        }

    @api.model
    def _get_badges(self, payees):
        """Those that can be won, the latest won first; none when no rule awards any."""
        won = {
            badge.id: {"count": count, "date": date}
            for badge, count, date in self.env["sales.commission.award"]._read_group(
                [("employee_id", "in", payees.ids)],
                ["badge_id"],
                ["__count", "date:max"],
            )
        }
        if not won:
            return []
        badges = self.env["gamification.badge"].with_context(active_test=False)
        badges = badges.search(
            Domain("id", "in", list(won))
            | Domain("sales_commission_rule", "!=", False) & Domain("active", "=", True)
        )
        rows = [
            {
                "id": badge.id,
                "name": badge.name,
                "text": badge.sales_commission_text or "",
                **won.get(badge.id, {"count": 0, "date": False}),
            }
            for badge in badges
        ]
        rows.sort(key=lambda row: str(row["date"] or ""), reverse=True)
        return rows
