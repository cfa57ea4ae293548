from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request, route

from .payee import PayeePortal


class ChallengePortal(PayeePortal):
    """Challenges for payees who never open the back office: read with the rights of
    the visitor, joined and left by the same buttons."""

    OWN = Domain("my_state", "in", ["invited", "joined", "left"])

    def _get_own_challenges(self, domain=Domain.TRUE):
        return request.env["sales.commission.challenge"].search(self.OWN & domain)

    def _get_challenge_filters(self):
        env = request.env
        now = Domain("state", "in", ("scheduled", "running"))
        return {
            "all": {"label": env._("All"), "domain": Domain.TRUE},
            "now": {"label": env._("Running and to come"), "domain": now},
            "over": {"label": env._("Over"), "domain": ~now},
        }

    @route(
        ["/my/challenges", "/my/challenges/page/<int(max=1000000):page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def portal_challenges(self, page=1, sortby="date", filterby="all", **_kwargs):
        if not self._get_everybody().filtered("active"):
            return request.redirect("/my")
        env = request.env
        found, values = self._prepare_list(
            request.env["sales.commission.challenge"],
            "/my/challenges",
            self.OWN,
            page=page,
            sortings={
                "date": {
                    "label": env._("Newest"),
                    "order": "date_from desc, id desc",
                },
                "name": {"label": env._("Name"), "order": "name, id"},
            },
            sortby=sortby,
            filters=self._get_challenge_filters(),
            filterby=filterby,
        )
        return request.render(
            "sales_commission_gamify.portal_challenges",
            {
                **values,
                "page_name": "challenges",
                "challenges": found,
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
