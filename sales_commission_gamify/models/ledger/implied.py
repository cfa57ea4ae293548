from odoo import fields


class ImpliedMany2one(fields.Many2one):
    """A link without a foreign key, for what another link of the row protects.

    A component belongs to one plan, and a plan to one company, for ever; as long as a
    row's component cannot be deleted, neither can its plan and company. Foreign keys
    are most of what it costs to add many rows.
    """

    def update_db_foreign_key(self, model, column):
        """None."""
