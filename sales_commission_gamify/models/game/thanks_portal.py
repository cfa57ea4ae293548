from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SalesCommissionThanks(models.Model):
    """Thanks by payees who only have portal access.

    They can create nothing by RPC, and thank only whom they know from here anyway: a
    list of everybody who works for the company is not theirs to read.
    """

    _inherit = "sales.commission.thanks"

    @api.model
    def _get_own_domain(self, payees):
        return Domain("giver_id", "in", payees.ids) | Domain(
            "employee_id", "in", payees.ids
        )

    @api.model
    def _get_portal_givers(self, payees):
        """``[{giver, left, colleagues}]``, in each company in which something can be
        given."""
        today = self._fields["date"].default(self)
        givers = [
            {
                "giver": payee,
                "left": self._get_allowance_left(payee, today),
                "colleagues": self._get_known_colleagues(payee),
            }
            for payee in payees
        ]
        return [giver for giver in givers if giver["colleagues"]]

    @api.model
    def _get_known_colleagues(self, payee):
        """The manager, who thanked the payee, and whom challenges show to him."""
        # sudo: only what the payee has been shown already
        received = self.sudo().search([("employee_id", "=", payee.id)])
        found = payee.parent_id | received.giver_id
        if not payee._is_sales_commission_hidden():
            found |= self._get_rivals(payee)
        return (found - payee).filtered(
            lambda row: row.active and row.company_id == payee.company_id
        )

    def _get_rivals(self, payee):
        people = self.env["sales.commission.challenge.participant"].sudo()
        own = people.search(
            [
                ("employee_id", "=", payee.id),
                ("state", "=", "joined"),
                ("challenge_id.state", "in", ("running", "finished")),
                ("challenge_id.visibility", "=", "everybody"),
                ("challenge_id.kind", "!=", "league"),  # shows the own group alone
                ("challenge_id.is_test", "=", False),
            ]
        )
        rivals = own.challenge_id.participant_ids.filtered(
            lambda row: row.state == "joined"
        )
        return rivals.employee_id.filtered(
            lambda row: not row._is_sales_commission_hidden()
        )

    @api.model
    def _give_from_portal(self, payee, receiver_id, points, message):
        """As *payee*, whom the caller has checked."""
        known = payee and self._get_known_colleagues(payee)
        receiver = known.filtered(lambda row: row.id == receiver_id)
        if not receiver:
            raise UserError(self.env._("Choose whom you want to thank."))
        # sudo: the giver is the user himself and knows the receiver
        thanks = self.sudo().with_company(payee.company_id)
        return thanks.create(
            {"employee_id": receiver.id, "points": points, "message": message}
        )
