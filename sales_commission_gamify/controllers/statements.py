from odoo.fields import Domain
from odoo.http import request, route

from .payee import PayeePortal

URL = "/my/commissions/statements"
HISTORY = "my_commissions_history"
SHOWN = Domain("state", "!=", "draft")
ON_ITS_WAY = ("confirmed", "approved", "posted")


class StatementPortal(PayeePortal):
    """Statements: a list, one of them, on paper and as a workbook."""

    def _get_statement_sortings(self):
        env = request.env
        return {
            "date": {"label": env._("Newest"), "order": "period_date desc, id desc"},
            "amount": {
                "label": env._("Amount"),
                "order": "amount_payable desc, id desc",
            },
            "state": {
                "label": env._("State"),
                "order": "state, period_date desc, id desc",
            },
        }

    def _get_statement_filters(self):
        filters = self._get_period_filters("period_date")
        env = request.env
        return {
            "all": filters["all"],
            "on_its_way": {
                "label": env._("On its way"),
                "domain": Domain("state", "in", ON_ITS_WAY),
            },
            "paid": {"label": env._("Paid"), "domain": Domain("state", "=", "paid")},
            "year": filters["year"],
            "last_year": filters["last_year"],
        }

    @route(
        [URL, f"{URL}/page/<int(max=1000000):page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_statements(self, page=1, sortby="date", filterby="all", **_kwargs):
        if not self._get_everybody():
            return request.redirect("/my")
        found, values = self._prepare_list(
            request.env["sales.commission.statement"],
            URL,
            self._get_own_domain() & SHOWN,
            page=page,
            sortings=self._get_statement_sortings(),
            sortby=sortby,
            filters=self._get_statement_filters(),
            filterby=filterby,
        )
        request.session[HISTORY] = found.ids[:100]
        return request.render(
            "sales_commission_gamify.portal_my_statements",
            {
                **values,
                "page_name": "commission_statements",
                # sudo: names of pay periods and plans; the search was checked
                "statements": found.sudo(),
            },
        )

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
        statement = self._find_own_row(
            "sales.commission.statement", statement_id, SHOWN
        ).sudo()  # sudo: names of pay periods and plans; it is the visitor's
        if not statement:
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
                "page_name": "commission_statements",
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
