from werkzeug.exceptions import NotFound

from odoo import fields
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager


class PayeePortal(CustomerPortal):
    """Whose pages these are: the one place that says so.

    Rows are searched with the rights of the visitor, so the record rules decide, and
    are those of the visitor himself, whatever else he may read in the back office. What
    is not his is not found, as what is not there. Links with an access token are no
    way in: what somebody earns is personal.
    """

    def _get_everybody(self):
        """The employees that the visitor is, in sudo; who has left may still read what
        was earned."""
        return request.env["sales.commission.dispute"]._get_own_payees()

    def _get_payees(self):
        """The working employees that the visitor is, in sudo.

        :raise NotFound: for whoever is no payee
        """
        payees = self._get_everybody().filtered("active")
        if not payees:
            raise NotFound
        return payees

    def _get_own_domain(self):
        return Domain("employee_id", "in", self._get_everybody().ids)

    def _find_own_row(self, model, row_id, domain=Domain.TRUE):
        """The row with the rights of the visitor, or none: somebody else's is not
        told from one that does not exist."""
        own = self._get_own_domain() & domain
        return request.env[model].search(own & Domain("id", "=", row_id), limit=1)

    def _get_own_row(self, model, row_id):
        """:raise NotFound: when the row is somebody else's, or none"""
        found = self._find_own_row(model, row_id)
        if not found:
            raise NotFound
        return found

    # --- lists ----------------------------------------------------------------------

    def _get_period_filters(self, field="date"):
        """All, this month, the last one, this year, the last one."""
        env = request.env
        today = fields.Date.context_today(env.user)
        month, year = today.replace(day=1), today.replace(month=1, day=1)
        before = fields.Date.subtract

        def within(first, end):
            return Domain(field, ">=", first) & Domain(field, "<", end)

        next_month = fields.Date.add(month, months=1)
        last_month = before(month, months=1)
        return {
            "all": {"label": env._("All"), "domain": Domain.TRUE},
            "month": {
                "label": env._("This month"),
                "domain": within(month, next_month),
            },
            "last_month": {
                "label": env._("Last month"),
                "domain": within(last_month, month),
            },
            "year": {
                "label": str(year.year),
                "domain": within(year, fields.Date.add(year, years=1)),
            },
            "last_year": {
                "label": str(year.year - 1),
                "domain": within(before(year, years=1), year),
            },
        }

    def _prepare_list_values(
        self,
        url,
        count,
        page=1,
        sortings=None,
        sortby="",
        filters=None,
        filterby="",
        **args,
    ):
        """Pager, sorting and filter of a list, for ``portal.portal_searchbar``. What
        the address says wrongly gives the first of each.

        :param count: how many rows a domain finds
        :param args: what else the pages of the list keep in their address
        """
        values = {}
        domain = Domain.TRUE
        if sortings:
            sortby = sortby if sortby in sortings else next(iter(sortings))
            values |= {"searchbar_sortings": sortings, "sortby": sortby}
            args["sortby"] = sortby
        if filters:
            filterby = filterby if filterby in filters else next(iter(filters))
            values |= {"searchbar_filters": filters, "filterby": filterby}
            args["filterby"] = filterby
            domain = Domain(filters[filterby]["domain"])
        pager = portal_pager(
            url=url,
            total=count(domain),
            page=page,
            step=self._items_per_page,
            url_args=args,
        )
        return {
            **self._prepare_portal_layout_values(),
            **values,
            "default_url": url,
            "pager": pager,
            "list_domain": domain,
            "list_order": sortings and sortings[sortby].get("order"),
        }

    def _prepare_list(self, rows, url, own, **options):
        """``(the rows of one page, values to render it)``, of those in *own*; searched
        with the rights of *rows*."""
        values = self._prepare_list_values(
            url, lambda domain: rows.search_count(own & domain), **options
        )
        found = rows.search(
            own & values["list_domain"],
            order=values["list_order"],
            limit=self._items_per_page,
            offset=values["pager"]["offset"],
        )
        return found, values
