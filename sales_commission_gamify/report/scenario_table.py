from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_amount


class SalesCommissionScenario(models.Model):
    """The answer as a plain table on the form, once it is asked for."""

    _inherit = "sales.commission.scenario"

    result_html = fields.Html(
        compute="_compute_result_html", string="Result", sanitize=False
    )

    @api.depends_context("sales_commission_simulate")
    def _compute_result_html(self):
        asked = self.env.context.get("sales_commission_simulate")
        for scenario in self:
            scenario.result_html = scenario.id == asked and scenario._say_result(
                scenario.simulate()
            )

    def action_simulate(self):
        """The form with its answer below."""
        self.ensure_one()
        self._check_may_simulate()
        self._check_comparable()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "context": {"sales_commission_simulate": self.id},
        }

    def _say_result(self, result):
        [scenario] = result["scenarios"]
        costs = self._say_table(
            [
                self.env._("Month"),
                result["baseline"]["name"],
                scenario["name"],
                self.env._("Difference"),
            ],
            [
                (month["name"], before, after, after - before)
                for month, before, after in zip(
                    result["months"],
                    result["baseline"]["costs"],
                    scenario["costs"],
                    strict=True,
                )
            ],
            (
                self.env._("Total"),
                result["baseline"]["total"],
                scenario["total"],
                scenario["difference"],
            ),
        )
        payees = self._say_table(
            [
                self.env._("Payee"),
                result["baseline"]["name"],
                scenario["name"],
                self.env._("Difference"),
            ],
            [
                (row["name"], row["baseline"], row["amounts"][0], row["differences"][0])
                for row in result["payees"]
            ],
        )
        notes = Markup().join(
            Markup("<li>%s</li>") % sentence for sentence in scenario["warnings"]
        )
        return costs + payees + (Markup("<ul>%s</ul>") % notes)

    def _say_table(self, head, rows, total=None):
        def cells(tag, values):
            first, *others = values
            numbers = Markup().join(
                Markup('<%s class="text-end">%s</%s>') % (tag, self._say(value), tag)
                for value in others
            )
            tag = Markup(tag)
            return Markup("<tr><%s>%s</%s>%s</tr>") % (tag, first, tag, numbers)

        return Markup(
            '<table class="table table-sm"><thead>%s</thead><tbody>%s</tbody>'
            "<tfoot>%s</tfoot></table>"
        ) % (
            cells("th", head),
            Markup().join(cells("td", row) for row in rows),
            cells("th", total) if total else "",
        )

    def _say(self, value):
        if isinstance(value, str):
            return value
        return format_amount(self.env, value, self.currency_id)
