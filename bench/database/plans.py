"""The two plans that are measured, three components in all."""

from odoo import Command

from .sizes import FIRST_DAY, LAST_DAY

TIERS = ((0, 3), (10_000, 5), (50_000, 7))
LEVELS = {1: 1, 2: 0.5}  # the lead, the director


def create_plans(env, date_from=FIRST_DAY, date_to=LAST_DAY):
    """Drafts: tiers on what is invoiced and a rate per unit for the sellers, two levels
    of overrides for those above them."""
    env["sales.commission.hierarchy"]._fill_empty()
    people = env["hr.employee"].search(
        [("user_id.login", "=like", "seller%")], order="id"
    )
    leads = env["hr.employee"].search([("user_id.login", "=like", "lead%")])
    director = env["hr.employee"].search([("user_id.login", "=", "director1")])
    invoiced = env.ref("sales_commission_gamify.measure_invoiced_amount")
    units = env.ref("sales_commission_gamify.measure_invoiced_units")
    sellers = [
        {
            "name": "Invoiced",
            "measure_id": invoiced.id,
            "lookup": "amount",
            "rate_ids": [
                Command.create({"bound": bound, "percent": percent})
                for bound, percent in TIERS
            ],
        },
        {
            "name": "Units",
            "measure_id": units.id,
            "rate_ids": [
                Command.create({"bound": 0, "kind": "per_unit", "per_unit": 0.1})
            ],
        },
    ]
    above = [
        {
            "name": "Overrides",
            "measure_id": invoiced.id,
            "credited_to": "hierarchy",
            "hierarchy_id": env.ref("sales_commission_gamify.hierarchy_managers").id,
            "rate_ids": [
                Command.create({"bound": 0, "level": level, "percent": percent})
                for level, percent in LEVELS.items()
            ],
        }
    ]
    return env["sales.commission.plan"].create(
        [
            {
                "name": name,
                "company_id": env.company.id,
                "date_from": date_from,
                "date_to": date_to,
                "component_ids": [Command.create(vals) for vals in components],
                "assignment_ids": [
                    Command.create({"employee_id": payee.id}) for payee in payees
                ],
            }
            for name, components, payees in (
                ("Sellers", sellers, people),
                ("Leads and director", above, leads | director),
            )
        ]
    )
