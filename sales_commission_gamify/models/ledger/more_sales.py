from odoo import api, models

from ..source.what_if import KEY, WhatIf

# Sales that nobody has made come after all others of their day, as they would.
FIRST_ORIGIN = 2_000_000_000


class SalesCommissionRun(models.Model):
    """What further sales would bring of which nothing is known but the amount: credits
    that no document gives, priced as those that are kept."""

    _inherit = "sales.commission.run"

    @api.model
    def _preview_more(self, more):
        """:param more: ``{(component id, employee id, level, first day, last day,
            day on which it counts): [(amount, quantity) of each sale]}``, exact
        :return: ``{key: Preview}``, as of ``_preview``
        """
        rows = []
        for key, sales in more.items():
            # the same sale is the same for each component that counts it
            for number, (amount, quantity) in enumerate(sales):
                rows.append(
                    {
                        "id": -1 - len(rows),
                        **self._prepare_more(key, FIRST_ORIGIN + number),
                        "amount": amount,
                        "quantity": quantity,
                    }
                )
        if not rows:
            return {}
        self.env.flush_all()
        # sudo: what is paid does not depend on who asks; callers see to it that
        # readers are told of their own payees
        runs = self.sudo().with_context(**{KEY: WhatIf()})
        previews, runs = runs._preview_earnings(rows)
        if previews and runs._pays_on_commissions():
            runs._preview_commissions(previews)
        return previews

    @api.model
    def _prepare_more(self, key, origin_id):
        """Columns of a credit of the sale *origin_id*."""
        component_id, employee_id, level, first, last, day = key
        # sudo: columns of the credit that no reader is shown
        component = self.env["sales.commission.component"].sudo().browse(component_id)
        return {
            "component_id": component_id,
            "employee_id": employee_id,
            "level": level,
            "date_from": first,
            "date_to": last,
            "date": day,
            "sold": day,
            "company_id": component.company_id.id,
            "plan_id": component.plan_id.id,
            "currency_id": component.currency_id.id,
            "unit": component.unit,
            "document_model": "account.move",
            "document_id": origin_id,
            "origin_id": origin_id,
            "revision": 1,
            "reason": "credited",
        }

    @api.model
    def _price_as_is(self, keys):
        """``{key: (standing, trace)}`` of *keys* as they are priced now."""
        # sudo: as for _preview_more
        earnings = self.env["sales.commission.earning"].sudo()
        components = self.env["sales.commission.component"].sudo()
        components = components.browse(sorted({key[0] for key in keys}))
        return {
            earnings._get_key(row): (standing, priced.trace)
            for row, priced, standing in earnings._price(
                components, earnings._get_priceable(keys, components)
            )
        }
