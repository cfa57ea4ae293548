from odoo import api, fields, models
from odoo.tools import SQL


class SalesCommissionVisit(models.Model):
    """A payee looked at the own figures on a day: that the program reaches its people.

    One row a day, whatever was looked at how often; pages ask for it after they have
    loaded, so that reading stays reading.
    """

    _name = "sales.commission.visit"
    _inherit = "sales.commission.fact"
    _description = "Commission Visit"
    _order = "date desc, id desc"
    _rec_name = "employee_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    date = fields.Date(required=True, readonly=True)
    page = fields.Selection(
        [
            ("my_commissions", "My Commissions"),
            ("leaderboard", "Leaderboard"),
            ("portal", "Portal"),
        ],
        string="Looked first at",
        required=True,
        readonly=True,
    )

    _day_uniq = models.Constraint(
        "UNIQUE (employee_id, date)", "This day is already noted."
    )
    _date_idx = models.Index("(company_id, date)")

    @api.model
    def note(self, page):
        """The current user looked at *page*: kept for the payee that the user is in
        the company shown, and for nobody else.

        :return: whether it is the first time today
        """
        payees, _elsewhere = self.env[
            "sales.commission.dashboard"
        ]._get_payees_of_one_company()
        return bool(self._note(payees, fields.Date.context_today(self), page))

    @api.model
    def _note(self, payees, day, page):
        """:return: the rows that were not there yet"""
        if page not in dict(self._fields["page"].selection):
            page = "my_commissions"
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO sales_commission_visit (
                       company_id, employee_id, date, page,
                       create_uid, create_date, write_uid, write_date)
                SELECT payee.company_id, payee.id, %(day)s, %(page)s,
                       %(uid)s, %(now)s, %(uid)s, %(now)s
                  FROM hr_employee payee WHERE payee.id = ANY(%(payees)s)
                ON CONFLICT DO NOTHING RETURNING id
                """,
                day=day,
                page=page,
                payees=payees.ids,
                uid=self.env.uid,
                now=SQL("now() AT TIME ZONE 'UTC'"),
            )
        )
        return self.browse(row_id for (row_id,) in rows)
