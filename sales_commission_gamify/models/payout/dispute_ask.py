from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .dispute import ASKED

ABOUT = ("statement_line_id", "earning_id", "credit_id")


class SalesCommissionDispute(models.Model):
    """Asking: whose it is, what it is about, in the words of who asks."""

    _inherit = "sales.commission.dispute"

    @api.model_create_multi
    def create(self, vals_list):
        """Who asks says what is asked; everything else starts as it has to, also
        against what an RPC or a context's defaults would have it be."""
        may_ask_for_others = self.env.su or self._is_officer()
        own = self._get_own_payees()
        prepared = []
        for vals in vals_list:
            asked = {name: vals[name] for name in ASKED if name in vals}
            self._check_reads(asked)
            asked |= self._get_payee_vals(asked)
            if not may_ask_for_others and asked["employee_id"] not in own.ids:
                raise AccessError(
                    self.env._("You can only ask about your own commissions.")
                )
            prepared.append(self._prepare_vals(asked))
        # sudo: checked above; a payee has the right to ask, not to fill all fields
        disputes = super(SalesCommissionDispute, self.sudo()).create(prepared)
        disputes._tell_owner()
        disputes = disputes.sudo(self.env.su)
        disputes.check_access("read")  # of a company that who asks works for
        return disputes

    @api.model
    def _ask_from_portal(self, vals):
        """For who has no right to make records. ``create`` checks whose it is."""
        self._check_reads(vals)
        if vals["employee_id"] not in self._get_own_payees().ids:
            raise AccessError(
                self.env._("You can only ask about your own commissions.")
            )
        # sudo: checked above, portal users make no records themselves
        return self.sudo().create(vals).sudo(False)

    @api.model
    def _check_reads(self, asked):
        """:raise AccessError: what is asked about has to be known to who asks"""
        for name in (*ABOUT, "order_id"):
            if asked.get(name):
                comodel = self._fields[name].comodel_name
                self.env[comodel].browse(asked[name]).check_access("read")

    @api.model
    def _get_payee_vals(self, asked):
        """The payee of what is asked about, else who asks."""
        about = [self[name].browse(asked[name]) for name in ABOUT if asked.get(name)]
        payee = asked.get("employee_id") or (about and about[0].employee_id.id)
        payee = payee or self._get_own_payees(self.env.company)[:1].id
        if not payee:
            raise UserError(
                self.env._(
                    "You are no payee of %s, so there is no commission to ask about. "
                    "Ask whoever manages employees to choose you as the related user "
                    "of your employee.",
                    self.env.company.name,
                )
            )
        if any(row.employee_id.id != payee for row in about):
            raise AccessError(
                self.env._("You can only ask about what was credited or paid to you.")
            )
        return {"employee_id": payee}

    @api.model
    def _prepare_vals(self, asked):
        # sudo: the row is the payee's own, or who asks is an officer (create)
        draft = self.sudo().new(asked)
        payee = draft.employee_id._origin
        company = payee.company_id
        line = draft.statement_line_id._origin
        reference = asked.get("document_reference") or draft.order_id.name
        return {
            "reason": "amount",
            **asked,
            "company_id": company.id,
            "document_reference": reference,
            "statement_id": line.statement_id.id,
            "period_id": draft._get_period(company).id,
            "subject": draft._get_subject(reference),
            "state": "new",
            "user_id": self._get_owner(payee).id,
            "deadline": fields.Date.add(
                fields.Date.context_today(self),
                days=company.sales_commission_dispute_days,
            ),
            "answer": False,
            "answer_text": False,
            "answer_user_id": False,
            "answer_date": False,
            "days_to_answer": 0,
            "reopen_count": 0,
        }

    def _get_period(self, company):
        """The pay period it is about; of a missing deal the one that runs."""
        if line := self.statement_line_id:
            return line.statement_id.period_id._origin
        row = self.earning_id or self.credit_id
        date = row.date_to if row else fields.Date.context_today(self)
        return self.env["sales.commission.period"].search(
            [
                ("company_id", "=", company.id),
                ("date_from", "<=", date),
                ("date_to", ">=", date),
            ],
            limit=1,
        )

    def _get_subject(self, reference):
        """What is asked about, in the words of who asks."""
        if line := self.statement_line_id:
            return f"{line.title}, {line.period_name}: {self._say(line)}"
        if earning := self.earning_id:
            name = earning.component_id.name
            return f"{name}, {earning.period_name}: {self._say(earning)}"
        if credit := self.credit_id:
            return f"{credit.document_name}: {credit.amount_text}"
        if reference:
            return self.env._("Missing deal: %s", reference)
        labels = dict(self._fields["reason"]._description_selection(self.env))
        return labels[self.reason or "amount"]

    def _say(self, row):
        return row.currency_id.format(row.amount)
