from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date, formatLang

from ...engine import periods


class SalesCommissionQuota(models.Model):
    """The target of a payee, a team or the whole plan for one measuring period.

    A payee's own target goes before that of the team, the team's before that of the
    plan, the plan's before the component's standing quota. Targets are not part of
    what a plan promises: they are set period by period while it runs.
    """

    _name = "sales.commission.quota"
    _description = "Commission Target"
    _order = "component_id, date_from, employee_id, team_id, id"
    _check_company_auto = True

    component_id = fields.Many2one(
        "sales.commission.component",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
        help="What the target is for.",
    )
    plan_id = fields.Many2one(related="component_id.plan_id", store=True, index=True)
    company_id = fields.Many2one(related="component_id.company_id", store=True)
    currency_id = fields.Many2one(related="component_id.currency_id")
    unit_currency_id = fields.Many2one(related="component_id.unit_currency_id")
    unit = fields.Selection(related="component_id.unit")
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        ondelete="cascade",
        check_company=True,
        index="btree_not_null",
        help="Empty: for everybody in the team or plan who has no target of his own.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        ondelete="cascade",
        check_company=True,
        help="For every payee of this team who has no target of his own.",
    )
    date_from = fields.Date(
        string="Period from",
        required=True,
        help="Any day of the measuring period; its first day is kept.",
    )
    date_to = fields.Date(
        string="Period to",
        compute="_compute_date_to",
        store=True,
        help="Last day of the measuring period.",
    )
    amount = fields.Float(
        string="Quota",
        required=True,
        min_display_digits=2,
        help="What is to be reached in the period: money or a number, as the component "
        "counts. 0: as the team, the plan or the component says.",
    )
    target_incentive = fields.Monetary(
        help="What is earned at 100 %. 0: as the component says."
    )

    is_mine = fields.Boolean(
        compute="_compute_is_mine",
        search="_search_is_mine",
        help="Whether the target holds for the user, alone or with others.",
    )

    _scope_uniq = models.UniqueIndex(
        "(component_id, COALESCE(employee_id, 0), COALESCE(team_id, 0), date_from)",
        lambda env, diag: env["sales.commission.quota"]._say_twice(diag),
    )
    _one_scope = models.Constraint(
        "CHECK (employee_id IS NULL OR team_id IS NULL)",
        "A target is for a payee or for a team, not for both. Empty one of them.",
    )
    _not_negative = models.Constraint(
        "CHECK (amount >= 0 AND amount < 'Infinity'"
        " AND COALESCE(target_incentive, 0) >= 0)",
        "A target cannot be below 0.",
    )

    @api.depends("date_from", "component_id.plan_id.period_kind")
    def _compute_date_to(self):
        for quota in self:
            period = quota._get_period()
            quota.date_to = period and period.last

    @api.depends("component_id", "employee_id", "team_id", "date_from")
    def _compute_display_name(self):
        for quota in self:
            whose = quota.employee_id.name or quota.team_id.name or quota.plan_id.name
            quota.display_name = (
                f"{quota.component_id.name}, {whose}, {quota._say_period()}"
            )

    @api.depends_context("uid")
    def _compute_is_mine(self):
        # sudo: read by the record rule itself
        mine = self.sudo().search([("id", "in", self.ids), ("is_mine", "=", True)])
        for quota in self:
            quota.is_mine = quota in mine.sudo(False)

    def _search_is_mine(self, operator, value):
        """Own targets, and the shared ones of the plans and teams of one's own
        participations."""
        if operator != "in":
            return NotImplemented
        user = self.env.user
        own = Domain("employee_id.user_id", "=", user.id) | Domain(
            "employee_id.work_contact_id", "=", user.partner_id.id
        )
        # sudo: who takes part where is told by the participations alone
        assignments = (
            self.env["sales.commission.assignment"]
            .sudo()
            .search(own & Domain("plan_state", "!=", "draft"))
        )
        shared = Domain("employee_id", "=", False)
        domain = own | (
            shared
            & Domain("team_id", "=", False)
            & Domain("plan_id", "in", assignments.plan_id.ids)
        )
        for plan, rows in assignments.filtered("team_id").grouped("plan_id").items():
            domain |= (
                shared
                & Domain("plan_id", "=", plan.id)
                & Domain("team_id", "in", rows.team_id.ids)
            )
        return domain if True in value else ~domain

    def _get_period(self):
        kind = self.component_id.plan_id.period_kind
        if not kind or not self.date_from:
            return None
        return periods.period_of(self.date_from, kind)

    def _say_period(self):
        period = self._get_period()
        return period and self.env["sales.commission.period"]._get_name(*period)

    # --- what is refused ----------------------------------------------------------

    @api.constrains("component_id", "employee_id", "date_from", "amount")
    def _check_possible(self):
        for quota in self:
            quota._check_dates()
            quota._check_payee()
            if not quota.amount and not quota.target_incentive:
                quota._check_divisor()

    def _check_dates(self):
        plan = self.component_id.plan_id
        period = self._get_period()
        ended = plan.date_to and period.first > plan.date_to
        if period.last < plan.date_from or (ended and not self._is_counted()):
            raise ValidationError(
                self.env._(
                    "%(period)s is outside the plan “%(plan)s”, which runs from "
                    "%(start)s to %(end)s. Choose a period of the plan.",
                    period=self._say_period(),
                    plan=plan.name,
                    start=format_date(self.env, plan.date_from),
                    end=format_date(self.env, plan.date_to)
                    if plan.date_to
                    else self.env._("its closing"),
                )
            )

    def _is_counted(self):
        """Hook: whether the component credited anything in the period."""
        return False

    def _check_payee(self):
        plan = self.component_id.plan_id
        taking_part = plan.assignment_ids.employee_id
        if self.employee_id and self.employee_id not in taking_part:
            raise ValidationError(
                self.env._(
                    "%(payee)s does not take part in the plan “%(plan)s”. Add the "
                    "payee to the plan first.",
                    payee=self.employee_id.sudo().name,
                    plan=plan.name,
                )
            )

    def _check_divisor(self):
        if self.component_id._is_divided():
            raise ValidationError(
                self.env._(
                    "The attainment of “%(component)s” in plan “%(plan)s” is divided "
                    "by its quota, and a quota of zero cannot be a divisor. Set a "
                    "quota above 0, or delete the target.",
                    component=self.component_id.name,
                    plan=self.component_id.plan_id.name,
                )
            )

    # --- changes ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        quotas = super().create(vals_list)
        quotas._normalise()
        quotas._on_change(dict.fromkeys(quotas), quotas._get_scopes())
        return quotas

    def write(self, vals):
        before = {quota: quota._say_figures() for quota in self}
        scopes = self._get_scopes()
        result = super().write(vals)
        if vals.keys() & {"date_from", "component_id"}:
            self._normalise()
        self._on_change(before, scopes | self._get_scopes())
        return result

    def unlink(self):
        scopes = self._get_scopes()
        lines = defaultdict(list)
        for quota in self:
            lines[quota.plan_id].append(
                self.env._(
                    "%(target)s: %(before)s deleted",
                    target=quota.display_name,
                    before=quota._say_figures(),
                )
            )
        result = super().unlink()
        self._tell(lines, scopes)
        return result

    def _normalise(self):
        """Keep the first day of the measuring period."""
        later = self.with_context(sales_commission_targets_later=[])
        for quota in later:
            first = quota._get_period().first
            if quota.date_from != first:
                quota.date_from = first

    def _on_change(self, before, scopes):
        lines = defaultdict(list)
        for quota, old in before.items():
            new = quota._say_figures()
            if old != new:
                lines[quota.plan_id].append(
                    f"{quota.display_name}: {f'{old} → {new}' if old else new}"
                )
        self._tell(lines, scopes)

    @api.model
    def _tell(self, lines, scopes):
        """Note the changes on their plans and have them priced, or leave both to who
        makes many changes at once."""
        later = self.env.context.get("sales_commission_targets_later")
        if later is None:
            self._log(lines)
            self._on_targets_changed(scopes)
        else:
            later.append((lines, scopes))

    def _log(self, lines):
        """One line in the plan's chatter for each target that changed."""
        for plan, texts in lines.items():
            shown = texts[:20]
            if len(texts) > len(shown):
                shown.append(self.env._("and %s more", len(texts) - len(shown)))
            # sudo: who may set targets may have it noted on the plan
            plan.sudo().message_post(
                body=self.env._("Targets: %s", "; ".join(shown)),
                author_id=self.env.user.partner_id.id,
            )

    def _say_figures(self):
        self.ensure_one()
        amount = formatLang(
            self.env, self.amount, currency_obj=self.unit_currency_id or None
        )
        if self.target_incentive:
            target = self.currency_id.format(self.target_incentive)
            return f"{amount} ({target})"
        return amount

    def _get_scopes(self):
        """``{(component id, employee id, team id, date_from)}``; 0 is everybody."""
        return {
            (
                quota.component_id.id,
                quota.employee_id.id or 0,
                quota.team_id.id or 0,
                quota.date_from,
            )
            for quota in self
        }

    @api.model
    def _on_targets_changed(self, scopes):
        """Hook: what is to be reached there is no longer what it was.

        :param scopes: as of ``_get_scopes``
        """
