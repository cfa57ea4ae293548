from contextlib import suppress
from uuid import uuid4

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.http import request, route

from .payee import PayeePortal

URL = "/my/commissions/rewards"
REDEMPTIONS = "/my/commissions/redemptions"


class CommissionRewardsPortal(PayeePortal):
    """The shop for payees who never open the back office."""

    # --- whose it is ------------------------------------------------------------

    def _get_offered(self, reward_id):
        """``(reward in sudo, the payee it is offered to)``."""
        rewards = request.env["sales.commission.reward"]
        for payee in self._get_payees():
            offered = rewards._get_offer(payee)
            if reward := offered.filtered(lambda row: row.id == reward_id):
                return reward, payee
        raise NotFound

    def _get_own_redemption(self, redemption_id):
        return self._get_own_row("sales.commission.redemption", redemption_id)

    # --- the shop ---------------------------------------------------------------

    @route(URL, type="http", auth="user", website=True, readonly=True)
    def portal_my_rewards(self, **_kwargs):
        payees = self._get_payees()
        rewards = request.env["sales.commission.reward"]
        balances = request.env["sales.commission.point"]._get_balances(payees)
        shops = [
            {"payee": payee, "balance": balances[payee], "rewards": offer}
            for payee in payees
            if (offer := rewards._get_offer(payee)) or balances[payee]
        ]
        return request.render(
            "sales_commission_gamify.portal_my_rewards",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "commission_rewards",
                "shops": shops,
            },
        )

    @route(
        f"{URL}/<int(max=2147483647):reward_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_reward(self, reward_id, **_kwargs):
        """Asks once more before points are spent."""
        reward, payee = self._get_offered(reward_id)
        return self._show_reward(reward, payee)

    def _show_reward(self, reward, payee, problem=None):
        balances = request.env["sales.commission.point"]._get_balances(payee)
        return request.render(
            "sales_commission_gamify.portal_my_reward",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "commission_rewards",
                "reward": reward,
                "balance": balances[payee],
                "problem": problem,
                "key": uuid4().hex,  # the same form, sent twice, redeems once
            },
        )

    @route(
        f"{URL}/<int(max=2147483647):reward_id>/redeem",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_redeem(self, reward_id, key="", note="", **_kwargs):
        reward, payee = self._get_offered(reward_id)
        try:
            with request.env.cr.savepoint():
                redemption = request.env["sales.commission.redemption"]._redeem(
                    reward, payee, note=note, key=f"{payee.id} {key[:64]}"
                )
        except UserError as error:
            return self._show_reward(reward, payee, error.args[0])
        return request.redirect(f"{REDEMPTIONS}/{redemption.id}?asked=1")

    @route(
        f"{URL}/<int(max=2147483647):reward_id>/picture",
        type="http",
        auth="user",
        readonly=True,
    )
    def portal_reward_picture(self, reward_id, **_kwargs):
        reward, _payee = self._get_offered(reward_id)
        return self._send_picture(reward)

    def _send_picture(self, reward):
        stream = request.env["ir.binary"]._get_image_stream_from(reward, "image_512")
        return stream.get_response()

    # --- what was redeemed ------------------------------------------------------

    @route(
        [REDEMPTIONS, f"{REDEMPTIONS}/page/<int(max=1000000):page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_redemptions(self, page=1, sortby="date", filterby="all", **_kwargs):
        env = request.env
        found, values = self._prepare_list(
            request.env["sales.commission.redemption"],
            REDEMPTIONS,
            Domain("employee_id", "in", self._get_payees().ids),
            page=page,
            sortings={
                "date": {"label": env._("Newest"), "order": "date desc, id desc"},
                "state": {"label": env._("State"), "order": "state, id desc"},
                "points": {"label": env._("Most"), "order": "points desc, id desc"},
            },
            sortby=sortby,
            filters=self._get_period_filters(),
            filterby=filterby,
        )
        return request.render(
            "sales_commission_gamify.portal_my_redemptions",
            {
                **values,
                "page_name": "commission_redemptions",
                # sudo: what companies call points; the search was checked
                "redemptions": found.sudo(),
            },
        )

    @route(
        f"{REDEMPTIONS}/<int(max=2147483647):redemption_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_my_redemption(self, redemption_id, asked="", **_kwargs):
        redemption = self._get_own_redemption(redemption_id)
        return request.render(
            "sales_commission_gamify.portal_my_redemption",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "commission_redemptions",
                "redemption": redemption.sudo(),
                "is_asked": bool(asked),
            },
        )

    @route(
        f"{REDEMPTIONS}/<int(max=2147483647):redemption_id>/picture",
        type="http",
        auth="user",
        readonly=True,
    )
    def portal_redemption_picture(self, redemption_id, **_kwargs):
        # sudo: the reward may no longer be offered, the redemption is checked
        redemption = self._get_own_redemption(redemption_id).sudo()
        return self._send_picture(redemption.reward_id)

    @route(
        f"{REDEMPTIONS}/<int(max=2147483647):redemption_id>/cancel",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_cancel_redemption(self, redemption_id, **_kwargs):
        redemption = self._get_own_redemption(redemption_id)
        with suppress(UserError):  # handed out meanwhile: the page shows it
            redemption.action_cancel()
        return request.redirect(f"{REDEMPTIONS}/{redemption.id}")
