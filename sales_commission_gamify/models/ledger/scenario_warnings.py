from odoo import models
from odoo.tools import format_date
from odoo.tools.misc import formatLang


class SalesCommissionScenario(models.Model):
    """What a scenario supposes or leaves out, in sentences: nothing is left out
    silently."""

    _inherit = "sales.commission.scenario"

    def _get_warnings(self, found):
        return [
            sentence
            for sentence in (
                self._say_supposed_days(),
                self._say_supposed_payees(),
                self._say_supposed_sales(),
                self._say_unpriced(found),
                self._say_periods(),
                self._say_costs_of_today(),
                self._say_draws(),
                self._say_later_payment(),
                self._say_adjustments(),
                self._say_unchanged(),
            )
            if sentence
        ]

    # --- what is supposed -----------------------------------------------------------

    def _say_supposed_days(self):
        plan, trial = self.plan_id, self._get_trial()
        if trial.first == plan.date_from:
            return ""
        return self.env._(
            "“%(plan)s” starts on %(start)s; it is tried as if it had started on "
            "%(tried)s. For the months before its own start the payees and targets are "
            "those of the plan that it replaces, where it has none.",
            plan=plan.display_name,
            start=format_date(self.env, plan.date_from),
            tried=format_date(self.env, trial.first),
        )

    def _say_supposed_payees(self):
        if self.plan_id.assignment_ids:
            return ""
        return self.env._(
            "“%(plan)s” has no payees yet: those of “%(replaced)s” are taken.",
            plan=self.plan_id.display_name,
            replaced=self.replaced_id.display_name,
        )

    def _say_supposed_sales(self):
        if self.volumes == "past":
            return ""
        first, last = self._get_sold_window()
        return self.env._(
            "Supposed are the sales of %(first)s to %(last)s, of each salesperson, "
            "changed by %(change)s %%: each sale grows or shrinks, their number stays. "
            "Who sold nothing then is supposed to sell nothing.",
            first=format_date(self.env, first, date_format="LLLL y"),
            last=format_date(self.env, last, date_format="LLLL y"),
            change=formatLang(self.env, self.volume_change, digits=2),
        )

    # --- what cannot be told --------------------------------------------------------

    def _say_unpriced(self, found):
        payees = {
            key[1]
            for key, one in found.items()
            if one.standing["problem"] and key[0] in self.plan_id.component_ids.ids
        }
        if not payees:
            return ""
        names = self.env["hr.employee"].browse(sorted(payees)).mapped("name")
        return self.env._(
            "%(number)s payees cannot be priced in some period, for want of a target, "
            "a target incentive or a rate, and earn nothing there: %(names)s.",
            number=len(names),
            names=", ".join(names[:5]) + (" …" if len(names) > 5 else ""),
        )

    def _say_periods(self):
        longer = (self.plan_id | self.replaced_id).filtered(
            lambda plan: plan.period_kind != "month"
        )
        if not longer:
            return ""
        return self.env._(
            "What is measured each quarter or year stands in the month in which that "
            "ends; what ends after these months is not in them: %s.",
            ", ".join(longer.mapped("display_name")),
        )

    def _say_costs_of_today(self):
        """Lines whose cost was never written down count with none."""
        margins = self.plan_id.component_ids.filtered(
            lambda c: (
                c.measure_id.source in ("invoice_line", "payment")
                and c.measure_id.value in ("margin", "margin_percent")
            )
        )
        if self.plan_id.state != "draft" or not margins:
            return ""
        first, last = self._get_sold_window()
        lines = self.env["account.move.line"].search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"),
                ("display_type", "=", "product"),
                ("product_id", "!=", False),
                ("move_id.move_type", "in", ("out_invoice", "out_refund")),
                ("move_id.invoice_date", ">=", first),
                ("move_id.invoice_date", "<=", last),
                ("sales_commission_unit_cost", "=", None),
            ]
        )
        if not lines:
            return ""
        return self.env._(
            "%(lines)s invoice lines have no cost yet, because no plan that pays "
            "counts their margin: “%(component)s” takes them without a cost, so it "
            "pays more here than it would.",
            lines=lines,
            component=margins[0].name,
        )

    def _say_draws(self):
        drawing = (self.plan_id | self.replaced_id).filtered("draw_ids")
        if not drawing:
            return ""
        return self.env._(
            "Draws are not in these figures, neither what they advance nor what they "
            "take back: %s.",
            ", ".join(drawing.mapped("display_name")),
        )

    def _say_later_payment(self):
        later = (self.plan_id | self.replaced_id).filtered(
            lambda plan: (
                plan.payable_when != "earned" or plan.payable_days or plan.held_percent
            )
        )
        if not later:
            return ""
        return self.env._(
            "Told is what is earned. When it may be paid is left out: %s.",
            ", ".join(later.mapped("display_name")),
        )

    def _say_adjustments(self):
        first, last = self._get_window()
        count = self.env["sales.commission.adjustment"].search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "approved"),
                ("period_id.date_from", "<=", last),
                ("period_id.date_to", ">=", first),
            ]
        )
        if not count:
            return ""
        return self.env._(
            "%s adjustments made by hand in these months are not in these figures, "
            "neither as it is nor as it would be.",
            count,
        )

    def _say_unchanged(self):
        """Why a plan that pays may differ from what it paid."""
        if self.plan_id.state == "draft" or self.volumes != "past":
            return ""
        return self.env._(
            "“%s” pays already. It is computed anew from the documents as they are "
            "today: what differs was changed since, in products or customers, and what "
            "was earned stays.",
            self.plan_id.display_name,
        )
