from odoo import api, fields, models
from odoo.tools import SQL, format_date


class SalesCommissionAward(models.Model):
    """A badge that a payee got from one of our rules, and when.

    Users may write the rows in which Odoo shows badges. So this one is what counts: it
    decides who has a badge already, what the badge wall shows, and that the badge's
    points are given once. It stays, also when its cause is undone.
    """

    _name = "sales.commission.award"
    _inherit = "sales.commission.fact"
    _description = "Badge Awarded"
    _order = "date desc, id desc"
    _rec_name = "badge_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    badge_id = fields.Many2one(
        "gamification.badge", required=True, readonly=True, ondelete="restrict"
    )
    date = fields.Date(required=True, readonly=True)
    slot = fields.Date(
        required=True,
        readonly=True,
        help="First day of the period in which it is given once.",
    )

    _once = models.Constraint(
        "UNIQUE (badge_id, employee_id, slot)", "This badge is already awarded."
    )

    @api.model
    def _add(self, badges, company, targets):
        """Award what is missing of *targets*, queries with the columns ``badge_id,
        employee_id, slot, day``.

        :return: the awards added
        """
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO sales_commission_award (
                    company_id, badge_id, employee_id, slot, date,
                    create_uid, create_date, write_uid, write_date)
                SELECT %(company)s, badge_id, employee_id, slot, MIN(day),
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM (%(targets)s) target
                 WHERE badge_id = ANY(%(badges)s)
                 GROUP BY badge_id, employee_id, slot ORDER BY MIN(day)
                ON CONFLICT DO NOTHING RETURNING id
                """,
                company=company.id,
                badges=badges.ids,
                uid=self.env.uid,
                now=SQL("now() AT TIME ZONE 'UTC'"),
                targets=SQL(" UNION ALL ").join(
                    SQL("SELECT badge_id, employee_id, slot, day FROM (%s) part", part)
                    for part in targets
                ),
            )
        )
        badges.invalidate_recordset(["sales_commission_award_ids"])
        awards = self.browse(award_id for (award_id,) in rows)
        awards._give_points()
        awards._show()
        return awards

    def _give_points(self):
        self.env["sales.commission.point"]._give(
            [
                {
                    "company_id": award.company_id.id,
                    "employee_id": award.employee_id.id,
                    "kind": "badge",
                    "date": award.date,
                    "points": award.badge_id.sales_commission_points,
                    "reason": self.env._("Badge %s", award.badge_id.name),
                    "document_model": self._name,
                    "origin_id": award.id,
                }
                for award in self
            ]
        )

    def _show(self):
        """In Odoo's own list of owners, on the employee and the user. Not of payees who
        are not to be named before others: everybody reads that list."""
        shown = self.filtered(
            lambda award: (
                award.employee_id.user_id
                and not award.employee_id._is_sales_commission_hidden()
            )
        )
        owners = (
            self.env["gamification.badge.user"]
            .with_context(mail_create_nolog=True, tracking_disable=True)
            .create(
                [
                    {
                        "badge_id": award.badge_id.id,
                        "user_id": award.employee_id.user_id.id,
                        "employee_id": award._get_shown_employee().id,
                        "comment": format_date(self.env, award.date),
                    }
                    for award in shown
                ]
            )
        )
        recent = fields.Date.subtract(fields.Date.context_today(self), days=7)
        for award, owner in zip(shown, owners, strict=True):
            if award.date >= recent:  # a badge of last year is no news
                owner._send_badge()

    def _get_shown_employee(self):
        """None for who has left: Odoo takes the employee of a user who works here."""
        employee = self.employee_id
        works_here = employee.active and employee.company_id in (
            employee.user_id.company_ids
        )
        return employee if works_here else employee.browse()
