from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Periods in review keep who takes part in plans with draws, from now on."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for period in env["sales.commission.period"].search([("state", "=", "closing")]):
        # as if the review began now: that is what it was until this version
        period.state = "open"
        period._keep_participations()
        period.state = "closing"
