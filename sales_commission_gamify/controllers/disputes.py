from contextlib import suppress

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.http import request, route

from .files import read_id
from .payee import PayeePortal

URL = "/my/commissions/disputes"


class CommissionDisputePortal(PayeePortal):
    """What a payee asks about his pay without ever opening the back office."""

    def _get_own_dispute(self, dispute_id):
        """In sudo, to be rendered; empty for whom it is not."""
        return self._find_own_row("sales.commission.dispute", dispute_id).sudo()

    def _get_own_line(self, line_id):
        """The statement line that is asked about, in sudo, when it is the visitor's."""
        return self._find_own_row(
            "sales.commission.statement.line",
            line_id,
            Domain("statement_id.state", "!=", "draft"),
        ).sudo()

    def _get_dispute_sortings(self):
        env = request.env
        return {
            "date": {"label": env._("Newest"), "order": "create_date desc, id desc"},
            "state": {"label": env._("State"), "order": "state, id desc"},
            "deadline": {"label": env._("Answer due"), "order": "deadline, id desc"},
        }

    def _get_dispute_filters(self):
        env = request.env
        return {
            "all": {"label": env._("All"), "domain": Domain.TRUE},
            "open": {
                "label": env._("Waiting for an answer"),
                "domain": Domain("state", "in", ("new", "review")),
            },
            "answered": {
                "label": env._("Answered"),
                "domain": Domain("state", "=", "answered"),
            },
        }

    @route(
        [URL, f"{URL}/page/<int(max=1000000):page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_commission_disputes(
        self, page=1, sortby="date", filterby="all", **_kwargs
    ):
        found, values = self._prepare_list(
            request.env["sales.commission.dispute"],
            URL,
            self._get_own_domain(),
            page=page,
            sortings=self._get_dispute_sortings(),
            sortby=sortby,
            filters=self._get_dispute_filters(),
            filterby=filterby,
        )
        return request.render(
            "sales_commission_gamify.portal_my_commission_disputes",
            {
                **values,
                "page_name": "commission_disputes",
                # sudo: names of payees and companies; the search was checked
                "disputes": found.sudo(),
            },
        )

    @route(
        f"{URL}/new",
        type="http",
        auth="user",
        methods=["GET", "POST"],
        website=True,
        readonly=lambda self, *_args: request.httprequest.method == "GET",
    )
    def portal_ask(self, line="", **kwargs):
        """The form, filled in again with what was typed when it is refused."""
        if not request.env["sales.commission.dispute"]._get_own_payees():
            return request.redirect("/my")
        number = read_id(line)
        line = self._get_own_line(number) if number else None
        problem = None
        if request.httprequest.method == "POST":
            try:
                with request.env.cr.savepoint():
                    dispute = self._ask(line, **kwargs)
                return request.redirect(f"{URL}/{dispute.id}?sent=1")
            except (AccessError, UserError, ValidationError) as error:
                problem = error.args[0]
        disputes = request.env["sales.commission.dispute"]
        return request.render(
            "sales_commission_gamify.portal_ask",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "commission_disputes",
                "line": line,
                "problem": problem,
                "typed": kwargs,
                "reasons": disputes._fields["reason"]._description_selection(
                    request.env
                ),
                "asking": True,
            },
        )

    def _ask(self, line, reason="", description="", document_reference="", **_kwargs):
        vals = {"description": description, "reason": reason or "other"}
        disputes = request.env["sales.commission.dispute"]
        if reason not in dict(disputes._fields["reason"].selection):
            vals["reason"] = "other"
        if line:
            vals["statement_line_id"] = line.id
            vals["employee_id"] = line.employee_id.id
        else:
            payees = disputes._get_own_payees()
            vals["employee_id"] = payees[:1].id
            vals["document_reference"] = document_reference[:200]
        return disputes._ask_from_portal(vals)

    @route(
        f"{URL}/<int(max=2147483647):dispute_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_commission_dispute(self, dispute_id, **kwargs):
        dispute = self._get_own_dispute(dispute_id)
        if not dispute:
            return request.redirect("/my")
        return request.render(
            "sales_commission_gamify.portal_my_commission_dispute",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "commission_disputes",
                "dispute": dispute,
                "object": dispute,
                "is_sent": bool(kwargs.get("sent")),
            },
        )

    @route(
        f"{URL}/<int(max=2147483647):dispute_id>/<any(close,reopen):step>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_step_of_dispute(self, dispute_id, step, message="", **_kwargs):
        """Odoo's token in the form keeps other sites from doing it for somebody."""
        dispute = self._get_own_dispute(dispute_id).sudo(False)
        if not dispute:
            return request.redirect("/my")
        with suppress(UserError):  # done meanwhile: the page shows how it stands
            if step == "close":
                dispute.action_close()
            else:
                dispute.action_reopen(message)
        return request.redirect(f"{URL}/{dispute.id}")
