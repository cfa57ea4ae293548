from odoo.exceptions import AccessError, MissingError
from odoo.fields import Domain
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

HISTORY = "my_commissions_history"


class CommissionPortal(CustomerPortal):
    """Statements, earnings and points for payees who never open the back office.

    Everything is searched with the rights of the visitor, so the record rules
    decide; sudo only renders what passed ``_get_own_statement``.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "commission_count" in counters:
            values["commission_count"] = self._count_commissions()
        return values

    def _count_commissions(self):
        """More than 0 for whoever earned or is about to: the card is shown."""
        payees = request.env["sales.commission.dashboard"]._get_own_payees()
        if not payees:
            return 0
        own = Domain("employee_id", "in", payees.ids)
        # sudo: a portal payee may not read who takes part in a plan
        return request.env["sales.commission.earning"].search_count(
            own, limit=1
        ) or request.env["sales.commission.assignment"].sudo().search_count(
            own & Domain("plan_id.state", "=", "published"), limit=1
        )

    def _get_own_statement_domain(self):
        payees = request.env["sales.commission.dashboard"]._get_own_payees()
        return Domain("employee_id", "in", payees.ids) & Domain("state", "!=", "draft")

    def _get_own_statement(self, statement_id):
        """The statement, in sudo, of the visitor himself and no longer a draft.

        Managers and officers may read more in the back office, not here. Links
        with an access token are not accepted: what somebody earns is personal.

        :raise AccessError, MissingError: in all other cases
        """
        statement = self._document_check_access(
            "sales.commission.statement", statement_id
        )
        if not statement.filtered_domain(self._get_own_statement_domain()):
            raise AccessError(request.env._("This statement is not yours."))
        return statement

    # --- list -------------------------------------------------------------------

    def _get_statement_sortings(self):
        return {
            "date": {
                "label": request.env._("Newest"),
                "order": "period_date desc, id desc",
            },
            "amount": {
                "label": request.env._("Amount"),
                "order": "amount_payable desc, id desc",
            },
            "state": {
                "label": request.env._("State"),
                "order": "state, period_date desc, id desc",
            },
        }

    @route(
        ["/my/commissions", "/my/commissions/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_commissions(self, page=1, sortby="date", **_kwargs):
        summaries = request.env["sales.commission.dashboard"]._get_summaries()
        if not summaries:
            return request.redirect("/my")
        statements = request.env["sales.commission.statement"]
        domain = self._get_own_statement_domain()
        sortings = self._get_statement_sortings()
        sortby = sortby if sortby in sortings else "date"
        pager = portal_pager(
            url="/my/commissions",
            total=statements.search_count(domain),
            page=page,
            step=self._items_per_page,
            url_args={"sortby": sortby},
        )
        found = statements.search(
            domain,
            order=sortings[sortby]["order"],
            limit=self._items_per_page,
            offset=pager["offset"],
        )
        request.session[HISTORY] = found.ids[:100]
        return request.render(
            "sales_commission_gamify.portal_my_commissions",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "commissions",
                "default_url": "/my/commissions",
                "pager": pager,
                "searchbar_sortings": sortings,
                "sortby": sortby,
                # sudo: names of pay periods and plans; the search was checked
                "statements": found.sudo(),
                "summaries": summaries,
                "dispute_count": request.env["sales.commission.dispute"]._count_open(),
            },
        )

    # --- one statement ----------------------------------------------------------

    @route(
        "/my/commissions/<int(max=2147483647):statement_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_commission(
        self, statement_id, report_type=None, download=False, **_kwargs
    ):
        try:
            statement = self._get_own_statement(statement_id)
        except (AccessError, MissingError):
            return request.redirect("/my")
        if report_type in ("html", "pdf"):
            return self._show_report(
                model=statement,
                report_type=report_type,
                report_ref="sales_commission_gamify.action_report_statement",
                download=download,
            )
        return request.render(
            "sales_commission_gamify.portal_my_commission",
            {
                **self._prepare_portal_layout_values(),
                **self._get_neighbours(statement),
                "page_name": "commissions",
                "statement": statement,
                "documents": statement.with_user(request.env.user)._get_documents(),
            },
        )

    def _get_neighbours(self, statement):
        """Links to the statements before and after it in the list last seen."""
        ids = request.session.get(HISTORY, [])
        if statement.id not in ids:
            return {}
        place = ids.index(statement.id)
        before, after = ids[:place][-1:], ids[place + 1 :][:1]
        return {
            "prev_record": before and f"/my/commissions/{before[0]}",
            "next_record": after and f"/my/commissions/{after[0]}",
        }
