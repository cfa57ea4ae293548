from odoo import api, models
from odoo.tools import SQL


class SalesCommissionEarning(models.Model):
    """Pricing as of another moment, with the very queries that price now."""

    _inherit = "sales.commission.earning"

    @api.model
    def _show_credits(self, condition, join=None):
        """From now on whoever reads credits finds those alone that *condition* is true
        of: a temporary view by the name of their table goes before it. Only within a
        savepoint that is taken back.

        :param condition: of the credit ``c``
        :param join: what else *condition* needs
        """
        [(schema,)] = self.env.execute_query(SQL("SELECT current_schema()"))
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMPORARY VIEW sales_commission_credit AS
                SELECT c.* FROM %s c %s WHERE %s
                """,
                SQL.identifier(schema, "sales_commission_credit"),
                join or SQL(),
                condition,
            )
        )
