from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.http import request, route

from .payee import PayeePortal

URL = "/my/commissions/plans"


class CommissionPlanPortal(PayeePortal):
    """The plans of a payee who never opens the back office, and their acceptance."""

    def _get_own_plans(self):
        """In sudo: portal payees have no right on plans, ``_search_own`` decides."""
        return request.env["sales.commission.plan"]._search_own()

    def _get_own_plan(self, plan_id):
        """The plan when it is the visitor's own, else none."""
        return self._get_own_plans().filtered(lambda plan: plan.id == plan_id)

    @route(
        [URL, f"{URL}/page/<int(max=1000000):page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_commission_plans(
        self, page=1, sortby="date", filterby="all", **_kwargs
    ):
        env = request.env
        own = self._get_own_plans()
        to_accept = own.filtered(
            lambda plan: plan._get_acceptance_state() == "to_accept"
        )
        found, values = self._prepare_list(
            own,
            URL,
            Domain("id", "in", own.ids),
            page=page,
            sortings={
                "date": {"label": env._("Newest"), "order": "date_from desc, id desc"},
                "name": {"label": env._("Name"), "order": "name, id"},
            },
            sortby=sortby,
            filters={
                "all": {"label": env._("All"), "domain": Domain.TRUE},
                "to_accept": {
                    "label": env._("To accept"),
                    "domain": Domain("id", "in", to_accept.ids),
                },
            },
            filterby=filterby,
        )
        return request.render(
            "sales_commission_gamify.portal_my_commission_plans",
            {
                **values,
                "page_name": "commission_plans",
                "plans": found,
            },
        )

    @route(
        f"{URL}/<int(max=2147483647):plan_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_commission_plan(self, plan_id, **kwargs):
        plan = self._get_own_plan(plan_id)
        if not plan:
            return request.redirect("/my")
        payee = plan._get_own_payees()[:1]
        lang = request.env.lang
        acceptance = plan.acceptance_ids.filtered(lambda row: row.employee_id == payee)
        return request.render(
            "sales_commission_gamify.portal_my_commission_plan",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "commission_plans",
                "plan": plan,
                "document": plan._get_document(payee, lang),
                "difference": plan._get_difference(payee, lang),
                "seal": plan._get_seal(payee),
                "acceptance": acceptance,
                "has_changed": bool(kwargs.get("changed")),
            },
        )

    @route(
        f"{URL}/<int(max=2147483647):plan_id>/accept",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_accept_commission_plan(self, plan_id, seal="", **_kwargs):
        """Odoo's token in the form keeps other sites from accepting for somebody."""
        plan = self._get_own_plan(plan_id)
        if not plan:
            return request.redirect("/my")
        url = f"{URL}/{plan.id}"
        try:
            plan.sudo(False).action_accept(seal or "-")
        except AccessError:
            return request.redirect("/my")
        except UserError:
            url += "?changed=1"
        return request.redirect(url)
