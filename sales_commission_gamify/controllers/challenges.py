from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request, route

from .payee import PayeePortal


class ChallengePortal(PayeePortal):
    """Challenges for payees who never open the back office: read with the rights of
    the visitor, joined and left by the same buttons."""

    def _get_own_challenges(self, domain=Domain.TRUE):
        own = Domain("my_state", "in", ["invited", "joined", "left"])
        challenges = request.env["sales.commission.challenge"]
        return challenges.search(own & domain, limit=50)

    @route("/my/challenges", type="http", auth="user", website=True, readonly=True)
    def portal_challenges(self, **_kwargs):
        if not request.env["sales.commission.redemption"]._get_own_payees():
            return request.redirect("/my")
        return request.render(
            "sales_commission_gamify.portal_challenges",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "challenges",
                "challenges": self._get_own_challenges(),
            },
        )

    @route(
        "/my/challenges/<int(max=2147483647):challenge_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_challenge(self, challenge_id, **_kwargs):
        challenge = self._get_own_challenges(Domain("id", "=", challenge_id))
        if not challenge:
            return request.redirect("/my/challenges")
        shown = challenge.state in ("running", "finished")
        return request.render(
            "sales_commission_gamify.portal_challenge",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "challenges",
                "challenge": challenge,
                "page": challenge.get_standings() if shown else None,
            },
        )

    @route(
        [
            "/my/challenges/<int(max=2147483647):challenge_id>/<any(join,leave):what>",
        ],
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def portal_challenge_press(self, challenge_id, what, **_kwargs):
        challenge = self._get_own_challenges(Domain("id", "=", challenge_id))
        if not challenge:
            return request.redirect("/my/challenges")
        try:
            if what == "join":
                challenge.action_join()
            else:
                challenge.action_leave()
        except (AccessError, MissingError, UserError):
            return request.redirect("/my/challenges")
        return request.redirect(f"/my/challenges/{challenge_id}")
