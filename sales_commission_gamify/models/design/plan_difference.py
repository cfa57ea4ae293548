from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date


class SalesCommissionPlan(models.Model):
    """What a version changes, in the sentences of the plan's own text."""

    _inherit = "sales.commission.plan"

    difference_html = fields.Html(
        string="What changed",
        compute="_compute_difference_html",
        sanitize=False,
        help="This version beside the one before it.",
    )

    @api.depends_context("uid", "lang")
    def _compute_difference_html(self):
        for plan in self:
            plan.difference_html = plan._render_difference()

    def _render_difference(self, payee=None, lang=None):
        difference = self._get_difference(payee, lang)
        return difference and self._render_words(
            "plan_difference", lang, difference=difference
        )

    def _get_difference(self, payee=None, lang=None):
        """Side by side with the version before; None for a first version.

        :return: ``{"before", "after" (titles), "sections": [{"title", "state", "rows":
            [{"before": [sentence], "after": [sentence]}]}], "joined", "left"
            (names)}``; ``state`` is ``added``, ``removed`` or ``changed``. With a
            *payee* nobody else is named.
        """
        self.ensure_one()
        # sudo: a payee may read what the version before promised him
        previous = self.sudo().previous_id
        if not previous:
            return None
        lang = lang or self._get_payee_lang(payee) or self.env.lang
        before, after = (
            plan._get_document(payee, lang) for plan in (previous, self.sudo())
        )
        joined, left = (None, None) if payee else self._get_moves(previous)
        return {
            "before": previous._say_version(lang),
            "after": self.sudo()._say_version(lang),
            "sections": [
                *self._compare_heads(before, after),
                *self._compare_sections(before, after),
            ],
            "joined": joined,
            "left": left,
        }

    def _say_version(self, lang):
        plan = self.with_context(lang=lang)
        return plan.env._(
            "Version %(version)s, from %(day)s",
            version=plan.version,
            day=format_date(plan.env, plan.date_from),
        )

    def _get_moves(self, previous):
        """Names of who takes part from now on, and of who no longer does, as far as
        the reader may know: a payee knows of himself alone."""
        # a search: the record rules decide
        rows = self.env["sales.commission.assignment"].search(
            Domain("plan_id", "in", [previous.id, self.id])
        )
        rows = rows.sudo()  # sudo: names of the employees of these rows
        before = rows.filtered(
            lambda row: (
                row.plan_id == previous
                and (not row.date_to or row.date_to >= self.date_from)
            )
        ).employee_id
        after = rows.filtered(lambda row: row.plan_id.id == self.id).employee_id
        return (after - before).mapped("name"), (before - after).mapped("name")

    @api.model
    def _compare_heads(self, before, after):
        """Name, introduction and when it is paid; the dates differ by nature."""
        rows = [
            {"before": [before[name]], "after": [after[name]]}
            for name in ("title", "description")
            if before[name] != after[name]
        ]
        if before["payable"] != after["payable"]:
            rows.append({"before": before["payable"], "after": after["payable"]})
        if not rows:
            return []
        return [{"title": after["title"], "state": "changed", "rows": rows}]

    def _compare_sections(self, before, after):
        old, new = self._by_family(before), self._by_family(after)
        sections = []
        for family in [*new, *(family for family in old if family not in new)]:
            then = old.get(family)
            now = new.get(family)
            state = "changed" if then and now else "added" if now else "removed"
            rows = self._compare_rules(then, now)
            if rows:
                title = (now or then)["title"]
                sections.append({"title": title, "state": state, "rows": rows})
        return sections

    def _by_family(self, document):
        """The sections by the first version of their component."""
        components = self.env["sales.commission.component"].sudo()
        families = {}
        for section in document["sections"]:
            component = components.browse(section["component"])
            families[(component.root_id or component).id] = section
        return families

    @api.model
    def _compare_rules(self, then, now):
        old, new = (
            {row["rule"]: row["sentences"] for row in section["rules"]}
            if section
            else {}
            for section in (then, now)
        )
        rows = []
        if then and now and then["title"] != now["title"]:
            rows.append({"before": [then["title"]], "after": [now["title"]]})
        for rule in dict.fromkeys([*old, *new]):
            if old.get(rule) != new.get(rule):
                rows.append({"before": old.get(rule, []), "after": new.get(rule, [])})
        return rows

    def action_view_difference(self):
        self.ensure_one()
        view = self.env.ref(
            "sales_commission_gamify.sales_commission_plan_view_form_difference"
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Changed"),
            "res_model": "sales.commission.plan",
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
        }
