from odoo import api, models
from odoo.tools import format_amount, format_date


class SalesCommissionException(models.Model):
    """What is wrong, with whom, when, and the way out: one sentence for each reason."""

    _inherit = "sales.commission.exception"

    @api.depends(
        "kind", "reason", "document_name", "salesperson_id", "employee_id", "plan_id",
        "component_id", "company_id", "date", "amount", "attempts", "error",
    )  # fmt: skip
    @api.depends_context("lang")
    def _compute_message(self):
        sentences = self._get_sentences()
        other = self.env._(
            "%(payee)s earns nothing from %(component)s in the period to %(date)s: "
            "look at the component's rules."
        )
        # sudo: names alone, of what the row is about
        for row in self.sudo():
            names = {
                "document": row.document_name or self.env._("The document"),
                "user": row.salesperson_id.name or "",
                "payee": row.employee_id.name or "",
                "plan": row.plan_id.name or "",
                "component": row.component_id.display_name or "",
                "company": row.company_id.name or "",
                "date": row.date and format_date(self.env, row.date) or "",
                "amount": row.currency_id
                and format_amount(self.env, row.amount, row.currency_id)
                or "",
                "attempts": row.attempts,
                "error": row.error or "",
            }
            row.message = (sentences.get(row.reason) or other) % names

    @api.model
    def _get_sentences(self):
        """Hook: ``{reason: what is wrong, with whom, when, and the way out}``."""
        return {
            "no_salesperson": self.env._(
                "%(document)s of %(date)s has no salesperson: set one on the document."
            ),
            "no_employee": self.env._(
                "%(user)s, who sold %(document)s on %(date)s, is no employee of "
                "%(company)s: create the employee with this user."
            ),
            "no_plan": self.env._(
                "%(payee)s takes part in no published plan on %(date)s: add the payee "
                "to a plan from that day on."
            ),
            "not_counted": self.env._(
                "No component of %(payee)s's plans counts any line of %(document)s: "
                "compute it again, or look at the plans' filters."
            ),
            "failed": self.env._("%(error)s Tried %(attempts)s times. Try it again."),
            "unpriced": self.env._(
                "%(payee)s was credited for %(component)s in the period to %(date)s, "
                "and it is not priced yet: the next sweep does it, or compute it now."
            ),
            "quota_missing": self.env._(
                "%(payee)s has no quota for %(component)s in the period to %(date)s: "
                "set it in the targets of “%(plan)s”."
            ),
            "target_incentive_missing": self.env._(
                "%(payee)s has no target incentive for %(component)s in the period to "
                "%(date)s: set it in the targets of “%(plan)s”."
            ),
            "attainment_missing": self.env._(
                "%(component)s looks at a component for which %(payee)s has no quota "
                "in the period to %(date)s: set it in the targets of “%(plan)s”."
            ),
            "measure_missing": self.env._(
                "The multiplier of %(component)s looks up what %(payee)s has no quota "
                "for in the period to %(date)s: set it in the targets of “%(plan)s”."
            ),
            "no_steps": self.env._(
                "The rate table of %(component)s has no rate for %(payee)s's level in "
                "the period to %(date)s: make a new version of “%(plan)s” with it."
            ),
            "formula_failed": self.env._(
                "The formula of %(component)s fails on %(payee)s's figures in the "
                "period to %(date)s: make a new version of “%(plan)s” that mends it."
            ),
        }
