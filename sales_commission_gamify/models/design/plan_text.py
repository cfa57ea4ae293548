from odoo import api, fields, models
from odoo.tools import format_date

from .domain_words import say_domain, say_path
from .words import say_number, say_percent

# How a plan is said: one method ``_say_<rule>`` for each rule, in this order. What
# no method reads is said by ``_say_others``, so that nothing that pays is unsaid.
RULES = (
    "counted",
    "filter",
    "credited_to",
    "override",
    "scorecard",
    "lookup",
    "rates",
    "formula",
    "nothing",
    "quota",
    "targets",
    "gates",
    "accelerators",
    "multipliers",
    "floor",
    "cap",
    "refunds",
    "others",
)
# Fields of a component that a method above reads, or that change no pay.
SAID = {
    "accelerator_ids",
    "application",
    "basis",
    "between",
    "cap_per_document",
    "cap_per_period",
    "credited_to",
    "domain",
    "edge",
    "floor",
    "formula",
    "gate_ids",
    "hierarchy_id",
    "lookup",
    "measure_id",
    "multiplier_ids",
    "name",
    "only_above_quota",
    "override_kind",
    "pays",
    "plan_id",
    "quota",
    "quota_ids",
    "quota_proration",
    "ramp",
    "rate_ids",
    "refund_period",
    "root_id",
    "running_kind",
    "sequence",
    "target_incentive",
    "weight_ids",
}
PLAIN_TYPES = ("selection", "boolean", "float", "integer", "monetary", "char", "text")


class SalesCommissionPlan(models.Model):
    _inherit = "sales.commission.plan"

    document_html = fields.Html(
        string="As payees read it",
        compute="_compute_document_html",
        sanitize=False,
        help="Generated from the rules, so that the text and the pay cannot differ.",
    )

    # on no field: the text is made anew each time somebody reads it
    @api.depends_context("uid", "lang")
    def _compute_document_html(self):
        for plan in self:
            plan.document_html = plan._origin and plan._origin._render_document()

    def _render_document(self, payee=None, lang=None):
        return self._render_words(
            "plan_document", lang, document=self._get_document(payee, lang)
        )

    def _render_words(self, template, lang=None, **values):
        # sudo: the values are words, the template reads no record
        qweb = self.env["ir.qweb"].sudo().with_context(lang=lang or self.env.lang)
        return qweb._render(f"sales_commission_gamify.{template}", values)

    def _get_document(self, payee=None, lang=None):
        """What the plan promises in plain words, generated from its rules alone.

        :param payee: the employee who reads it; his own targets are in it
        :param lang: code of the language; by default the payee's
        :return: ``{"title", "facts": [sentence], "description", "sections": [{
            "component", "title", "rules": [{"rule", "sentences"}]}]}``
        """
        self.ensure_one()
        lang = lang or self._get_payee_lang(payee) or self.env.lang
        # sudo: names of what is counted are part of the promise, whoever reads it
        plan = self.sudo().with_context(lang=lang)
        return {
            "title": plan.name,
            "facts": plan._say_plan(payee),
            "description": plan.description or "",
            "payable": plan._say_payable(),
            "sections": [
                {
                    "component": component.id,
                    "title": component.name,
                    "rules": component._get_rules(payee),
                }
                for component in plan.component_ids
            ],
        }

    def _get_payee_lang(self, payee):
        payee = payee and payee.sudo()
        return payee and (payee.user_id.lang or payee.work_contact_id.lang)

    def _say_plan(self, payee):
        first = format_date(self.env, self.date_from)
        last = format_date(self.env, self.date_to)
        facts = [
            self.env._("Valid from %(first)s to %(last)s.", first=first, last=last)
            if self.date_to
            else self.env._("Valid from %s until it is ended.", first)
        ]
        if self.version > 1:
            facts.append(self.env._("This is version %s of the plan.", self.version))
        kind = {
            "month": self.env._("It is measured and paid anew for each month."),
            "quarter": self.env._("It is measured and paid anew for each quarter."),
            "year": self.env._("It is measured and paid anew for each year."),
        }
        facts.append(kind[self.period_kind])
        for row in self.assignment_ids.filtered(lambda row: row.employee_id == payee):
            if row.date_from > self.date_from or row.date_to:
                facts.append(self._say_participation(row))
        return facts

    def _say_participation(self, row):
        first, last = (
            format_date(self.env, day) for day in (row.date_from, row.date_to)
        )
        if last:
            return self.env._(
                "You take part from %(first)s to %(last)s.", first=first, last=last
            )
        return self.env._("You take part from %s.", first)


class SalesCommissionComponent(models.Model):
    _inherit = "sales.commission.component"

    def _get_rules(self, payee=None):
        """``[{"rule", "sentences"}]`` of all that the component promises."""
        self.ensure_one()
        said = [
            {"rule": rule, "sentences": getattr(self, f"_say_{rule}")(payee)}
            for rule in self._get_rule_names()
        ]
        return [row for row in said if row["sentences"]]

    def _get_rule_names(self):
        return RULES

    # --- what counts, for whom --------------------------------------------------

    def _say_counted(self, _payee):
        if self.basis == "scorecard":
            return [self.env._("What counts: a score, of which 100 % is the goal.")]
        return self.measure_id._say_measure()

    def _say_filter(self, _payee):
        if self.basis == "scorecard":
            return []
        return self.measure_id._say_filter(self.domain)

    def _say_credited_to(self, _payee):
        if self.basis == "scorecard":
            return []
        sentences = {
            "salesperson": self.env._(
                "Credited is the salesperson, or those who share the sale by their "
                "shares."
            ),
            "team": self.env._("Credited is every payee of the document's sales team."),
            "hierarchy": self.env._(
                "Credited are the levels above the salesperson, by “%s”.",
                self.hierarchy_id.name or "",
            ),
            "everybody": self.env._(
                "Credited is every payee of the plan, for all sales."
            ),
        }
        fallback = self._say_choice("credited_to")
        return [sentences.get(self.credited_to, fallback)]

    def _say_override(self, _payee):
        if self.credited_to != "hierarchy":
            return []
        if self.override_kind == "differential":
            return [
                self.env._(
                    "A level is paid only what its rate is above those below it."
                )
            ]
        return [self.env._("Each level is paid its own rate.")]

    def _say_scorecard(self, _payee):
        if self.basis != "scorecard":
            return []
        return [
            self.env._(
                "%(weight)s of the score is the attainment of “%(component)s”.",
                weight=say_percent(self.env, row.weight),
                component=row.source_component_id.name,
            )
            for row in self.weight_ids
        ]

    # --- what it pays -----------------------------------------------------------

    def _say_lookup(self, _payee):
        if self.pays != "rates":
            return []
        is_flat = len(self.rate_ids) == 1 and self.rate_ids.kind == "percent"
        sentences = [] if is_flat and self.lookup == "amount" else self._say_looked_up()
        if self.only_above_quota:
            sentences.append(self.env._("Only what is above the quota is paid."))
        if len(self.rate_ids) > 1:
            sentences += self._say_between_steps()
        return sentences

    def _say_looked_up(self):
        if self.lookup == "running":
            if self.running_kind == "quarter":
                return [
                    self.env._(
                        "The steps are reached by the running total of the quarter."
                    )
                ]
            return [
                self.env._("The steps are reached by the running total of the year.")
            ]
        sentences = {
            "amount": self.env._(
                "The steps are reached by what is credited in the period."
            ),
            "attainment": self.env._(
                "The steps are reached by the attainment: what is credited as a "
                "percentage of the quota."
            ),
            "document": self.env._("Each sale is priced on its own."),
            "count": self.env._(
                "The steps are reached by the number of sales in the period."
            ),
        }
        return [sentences.get(self.lookup) or self._say_choice("lookup")]

    def _say_between_steps(self):
        sentences = []
        if self.between == "interpolated":
            sentences.append(
                self.env._("Between two steps the pay moves in a straight line.")
            )
        sentences.append(
            self.env._("Exactly on a bound the upper step is reached.")
            if self.edge == "upper"
            else self.env._("Exactly on a bound the step below still holds.")
        )
        return sentences

    def _say_rates(self, _payee):
        if self.pays != "rates":
            return []
        sentences = []
        for level, rates in self.rate_ids.grouped("level").items():
            rates = rates.sorted("bound")
            for rate, following in zip(rates, [*rates[1:], None], strict=True):
                sentence = rate._say_step(following, alone=len(rates) == 1)
                sentences.append(self._say_level(level, sentence))
        return sentences

    def _say_level(self, level, sentence):
        if level == 0 and self.credited_to != "hierarchy":
            return sentence
        if level == 0:
            return self.env._("The salesperson: %s", sentence)
        if level == 1:
            return self.env._("Level 1, directly above the salesperson: %s", sentence)
        return self.env._("Level %(level)s: %(pay)s", level=level, pay=sentence)

    def _say_bound(self, bound):
        """A bound in the unit by which the table is looked up."""
        if self.lookup == "attainment":
            return self.env._("%s of the quota", say_percent(self.env, bound))
        if self.lookup == "count":
            if bound == 1:
                return self.env._("1 sale")
            return self.env._("%s sales", say_number(self.env, bound))
        return self._format_counted(bound)

    def _say_formula(self, _payee):
        if self.pays != "formula":
            return []
        help_text = self._fields["formula"]._description_help(self.env)
        return [
            self.env._("It pays by the formula: %s", self.formula or ""),
            *([help_text] if help_text else []),
        ]

    def _say_nothing(self, _payee):
        if self.pays != "nothing":
            return []
        return [self.env._("It pays nothing itself: other components look at it.")]

    # --- targets ----------------------------------------------------------------

    def _has_quota_to_say(self):
        return bool(
            self.quota
            or self.quota_ids
            or self.lookup == "attainment"
            or self.only_above_quota
            or self.accelerator_ids
        )

    def _say_quota(self, _payee):
        sentences = []
        period = self.plan_id._get_label("period_kind")
        if self.quota:
            quota = self._format_counted(self.quota)
            sentences.append(
                self.env._(
                    "The quota is %(quota)s per %(period)s.", quota=quota, period=period
                )
            )
        if self.target_incentive:
            sentences.append(
                self.env._(
                    "The target incentive, what is earned at 100 %%, is %(amount)s per "
                    "%(period)s.",
                    amount=self._format_money(self.target_incentive),
                    period=period,
                )
            )
        if not self._has_quota_to_say() or self.basis == "scorecard":
            return sentences
        if self.ramp:
            sentences.append(
                self.env._(
                    "The quota of a new payee's first periods is: %s.", self.ramp
                )
            )
        sentences.append(
            self.env._(
                "Who takes part for a part of a period has the quota of these days."
            )
            if self.quota_proration == "days"
            else self.env._(
                "Who takes part for a part of a period has the whole quota."
            )
        )
        return sentences

    def _say_targets(self, payee):
        sentences = []
        names = self.env["sales.commission.period"]
        for quota in self._get_targets_to_say(payee):
            period = self.plan_id._get_periods(quota.date_from, quota.date_from)[0]
            facts = {
                "period": names._get_name(*period),
                "quota": self._format_counted(quota.amount),
                "amount": self._format_money(quota.target_incentive),
            }
            sentences.append(
                self.env._(
                    "Target for %(period)s: %(quota)s, target incentive %(amount)s.",
                    **facts,
                )
                if quota.target_incentive
                else self.env._("Target for %(period)s: %(quota)s.", **facts)
            )
        return sentences

    def _get_targets_to_say(self, payee):
        """One target for each period: the payee's own, else his team's, else that
        of all."""
        assignments = self.plan_id.assignment_ids
        teams = assignments.filtered(lambda row: row.employee_id == payee).team_id
        targets = {}
        for quota in self.quota_ids:
            if quota.employee_id:
                rank = 3 if quota.employee_id == payee else 0
            else:
                rank = 1 if not quota.team_id else 2 if quota.team_id in teams else 0
            if rank > targets.get(quota.date_from, (0, None))[0]:
                targets[quota.date_from] = (rank, quota)
        return [targets[day][1] for day in sorted(targets)]

    # --- what is done to the pay ------------------------------------------------

    def _say_gates(self, _payee):
        return [gate._say_gate() for gate in self.gate_ids]

    def _say_accelerators(self, _payee):
        return [
            self.env._(
                "What is above %(bound)s of the quota pays %(percent)s of the rates.",
                bound=say_percent(self.env, row.bound),
                percent=say_percent(self.env, row.percent),
            )
            for row in self.accelerator_ids.sorted("bound")
        ]

    def _say_multipliers(self, _payee):
        return [
            sentence
            for multiplier in self.multiplier_ids
            for sentence in multiplier._say_multiplier()
        ]

    def _say_floor(self, _payee):
        if not self.floor:
            return []
        return [
            self.env._(
                "At least %(amount)s is paid per %(period)s with sales.",
                amount=self._format_money(self.floor),
                period=self.plan_id._get_label("period_kind"),
            )
        ]

    def _say_cap(self, _payee):
        sentences = []
        if self.cap_per_document:
            amount = self._format_money(self.cap_per_document)
            sentences.append(self.env._("At most %s is paid per sale.", amount))
        if self.cap_per_period:
            sentences.append(
                self.env._(
                    "At most %(amount)s is paid per %(period)s.",
                    amount=self._format_money(self.cap_per_period),
                    period=self.plan_id._get_label("period_kind"),
                )
            )
        return sentences

    def _say_refunds(self, _payee):
        if self.basis == "scorecard":
            return []
        if self.refund_period == "own":
            return [self.env._("A refund counts in the period in which it is made.")]
        return [
            self.env._(
                "A refund is taken back in the period of the sale, at its rates."
            )
        ]

    def _say_others(self, _payee):
        """Rules that have no sentence of their own, by the names of their fields."""
        defaults = self.default_get(list(self._fields))
        sentences = []
        for name, field in self._fields.items():
            if (
                name in SAID
                or name in models.MAGIC_COLUMNS
                or not field.store
                or field.compute
                or field.related
                or field.type not in (*PLAIN_TYPES, "many2one")
            ):
                continue
            if self[name] and self[name] != defaults.get(name):
                sentences.append(self._say_choice(name))
        return sentences

    def _say_choice(self, name):
        field = self._fields[name]
        value = self[name]
        if field.type == "selection":
            value = dict(field._description_selection(self.env)).get(value, value)
        elif field.type == "many2one":
            value = value.display_name
        elif field.type == "boolean":
            value = self.env._("yes") if value else self.env._("no")
        elif field.type == "monetary":
            value = self._format_money(value)
        elif field.type in ("float", "integer"):
            value = say_number(self.env, value)
        label = field._description_string(self.env)
        return self.env._("%(label)s: %(value)s.", label=label, value=value)


class SalesCommissionMeasure(models.Model):
    _inherit = "sales.commission.measure"

    def _say_measure(self):
        sentences = [
            self.env._("What counts: %s.", self.name),
            *([self.description] if self.description else []),
        ]
        choices = {
            name: dict(self._fields[name]._description_selection(self.env)).get(
                self[name], self[name]
            )
            for name in ("source", "value", "margin_base")
        }
        choices["counted_on"] = choices.pop("source")
        if self.source == "record":
            sentences.append(
                self.env._(
                    "Counted are: %(records)s, by their %(date)s; added up: %(value)s; "
                    "whose: %(owner)s.",
                    records=self.model_id.name or "",
                    date=self._say_field(self.date_path)
                    or self.date_field_id.field_description
                    or "",
                    value=self.value_field_id.field_description or choices["value"],
                    owner=self._say_field(self.owner_path),
                )
            )
        elif self.value == "margin_percent":
            sentences.append(
                self.env._(
                    "Counted on: %(counted_on)s; %(value)s, of: %(margin_base)s.",
                    **choices,
                )
            )
        else:
            sentences.append(
                self.env._("Counted on: %(counted_on)s; %(value)s.", **choices)
            )
        return sentences + self._say_filter(self.domain)

    def _say_field(self, path):
        model = self.env.get(self.model_name or "")
        return path or "" if model is None else say_path(self.env, model, path)

    def _say_filter(self, text):
        """Which documents alone count, in words where they can be found."""
        if not self.model_name or self.model_name not in self.env:
            return []
        domain = self._parse_domain(text, self.name)
        if domain.is_true():
            return []
        words = say_domain(self.env, self.env[self.model_name], domain)
        return [self.env._("Only when: %s.", words or text)]


class SalesCommissionRate(models.Model):
    _inherit = "sales.commission.rate"

    def _say_step(self, following, alone):
        """What the step pays.

        :param following: the step above it, None for the highest
        :param alone: whether it is the only one
        """
        facts = {
            "pay": self._say_pay(),
            "low": self.component_id._say_bound(self.bound),
            "high": following and self.component_id._say_bound(following.bound),
        }
        application = self.application or self.component_id.application
        if self.component_id.between == "interpolated" and not alone:
            return self.env._("%(pay)s at %(low)s.", **facts)
        if self.kind in ("percent", "per_unit"):
            return self._say_rate(application, facts, following, alone)
        return self._say_amount(application, facts, following, alone)

    def _say_pay(self):
        money = self.component_id._format_money
        return {
            "percent": lambda: say_percent(self.env, self.percent),
            "per_unit": lambda: self.env._("%s for each unit", money(self.per_unit)),
            "fixed": lambda: money(self.fixed),
            "target_percent": lambda: self.env._(
                "%s of the target incentive", say_percent(self.env, self.target_percent)
            ),
        }[self.kind]()

    def _say_rate(self, application, facts, following, alone):
        if alone:
            return self.env._("%(pay)s of all that is credited.", **facts)
        if application == "retroactive":
            if following and not self.bound:
                return self.env._("%(pay)s of everything below %(high)s.", **facts)
            return self.env._("%(pay)s of everything from %(low)s on.", **facts)
        if not self.bound:
            return self.env._("%(pay)s of what is credited up to %(high)s.", **facts)
        if following and not following._is_whole():
            return self.env._(
                "%(pay)s of what is between %(low)s and %(high)s.", **facts
            )
        return self.env._("%(pay)s of what is above %(low)s.", **facts)

    def _is_whole(self):
        return (self.application or self.component_id.application) == "retroactive"

    def _say_amount(self, application, facts, following, alone):
        if alone:
            return self.env._("%(pay)s once anything is credited.", **facts)
        if not self.bound:
            return self.env._("%(pay)s up to %(high)s.", **facts)
        if application == "retroactive":
            return self.env._("%(pay)s in all from %(low)s on.", **facts)
        return self.env._("%(pay)s more from %(low)s on.", **facts)


class SalesCommissionGate(models.Model):
    _inherit = "sales.commission.gate"

    def _say_gate(self):
        source = self.source_component_id or self.component_id
        facts = {
            "component": source.name,
            "threshold": say_percent(self.env, self.threshold),
        }
        if self.closes == "accelerators":
            return self.env._(
                "The accelerators hold only once the attainment of “%(component)s” is "
                "%(threshold)s.",
                **facts,
            )
        return self.env._(
            "Nothing is paid while the attainment of “%(component)s” is below "
            "%(threshold)s.",
            **facts,
        )


class SalesCommissionMultiplier(models.Model):
    _inherit = "sales.commission.multiplier"

    def _say_multiplier(self):
        source = self.source_component_id
        by_value = self.by == "value"
        sentences = [
            self.env._("The pay is multiplied by what “%s” counts.", source.name)
            if by_value
            else self.env._(
                "The pay is multiplied by the attainment of “%s”.", source.name
            )
        ]
        for step in self.step_ids.sorted("bound"):
            bound = (
                source._format_counted(step.bound)
                if by_value
                else say_percent(self.env, step.bound)
            )
            percent = say_percent(self.env, step.percent)
            sentences.append(
                self.env._(
                    "From %(bound)s on: times %(percent)s.",
                    bound=bound,
                    percent=percent,
                )
            )
        if len(self.step_ids) > 1:
            sentences.append(
                self.env._("Exactly on a bound the upper factor holds.")
                if self.edge == "upper"
                else self.env._("Exactly on a bound the factor below still holds.")
            )
        return sentences
