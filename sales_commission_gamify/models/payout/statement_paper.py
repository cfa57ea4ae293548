from odoo import models


class SalesCommissionStatement(models.Model):
    """What a statement says on paper, in the payee's language."""

    _inherit = "sales.commission.statement"

    def _get_payee_user(self):
        """The user that the payee is, without a licence for the back office too."""
        self.ensure_one()
        # sudo: who prints a statement may not know the payee's user or contact
        payee = self.employee_id.sudo()
        return payee.user_id or payee.work_contact_id.user_ids[:1]

    def _get_payee_lang(self):
        self.ensure_one()
        # sudo: as above
        payee = self.employee_id.sudo()
        langs = (
            payee.user_id.lang,
            payee.work_contact_id.lang,
            self.company_id.sudo().partner_id.lang,
            self.env.lang,
        )
        return next(filter(None, langs), None)

    def _get_sections(self):
        """``[(title, lines, sum)]``: what was earned in the period, differences of
        earlier ones, then what is no earning, by its kind."""
        self.ensure_one()
        titles = {
            "earned": self.env._("Earned in %s", self.period_id.name),
            "late": self.env._("Differences of earlier periods"),
        }
        labels = dict(self.line_ids._fields["kind"]._description_selection(self.env))
        sections = dict.fromkeys(titles, self.line_ids.browse())
        for line in self.line_ids:
            key = line.kind
            if key == "earning":
                key = "late" if line.is_late else "earned"
            sections[key] = sections.get(key, line.browse()) | line
        return [
            (
                titles.get(key) or labels[key],
                lines,
                sum(lines.mapped("amount")),
            )
            for key, lines in sections.items()
            if lines
        ]

    def _get_sums(self):
        """``[(title, amount)]`` of what the lines add up to, by their kind."""
        self.ensure_one()
        fields_ = {name: self._fields[name] for name in self._get_kinds_of_amounts()}
        return [
            (field._description_string(self.env), self[name])
            for name, field in fields_.items()
            if self[name] or name == "amount_earned"
        ]

    def action_download_workbook(self):
        """These statements as a workbook: a payee gets no others than his own."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/commissions/statements/{'-'.join(map(str, self.ids))}.xlsx",
            "target": "download",
        }
