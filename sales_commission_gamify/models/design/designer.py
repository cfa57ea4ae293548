from odoo import api, models
from odoo.fields import Command

# What the page needs of the fields: their labels, help texts and choices.
PLAN_FIELDS = ("name", "date_from", "date_to", "period_kind", "payable_when")
PLAN_FIELDS += ("payable_days", "held_percent", "held_days")
COMPONENT_FIELDS = (
    "name",
    "basis",
    "measure_id",
    "credited_to",
    "hierarchy_id",
    "override_kind",
    "domain",
    "pays",
    "formula",
    "quota",
    "target_incentive",
    "lookup",
    "running_kind",
    "application",
    "edge",
    "between",
)
RATE_FIELDS = ("bound", "kind", "percent", "fixed", "per_unit", "target_percent")
RATE_FIELDS += ("application", "level")
FIRST_BOUND = {"money": 10000.0, "number": 10.0, "percent": 100.0}


class SalesCommissionPlan(models.Model):
    _inherit = "sales.commission.plan"

    def action_open_designer(self):
        action = self.env["ir.actions.actions"]._for_xml_id(
            "sales_commission_gamify.sales_commission_designer_action"
        )
        action["params"] = {"plan_id": self.id}
        return action

    @api.model
    @api.readonly
    def get_designer_start(self):
        """What the page shows before there is a plan."""
        return {
            "plan": None,
            "components": [],
            "fields": self._get_designer_fields(),
            "can_edit": self.has_access("create"),
            "can_write": self.has_access("create"),
            "flags": self._get_designer_flags(),
            "currency_id": self.env.company.currency_id.id,
        }

    @api.readonly
    def get_designer(self):
        """Everything that the designer shows of one plan."""
        self.ensure_one()
        self.check_access("read")
        can_write = self.has_access("write")
        return {
            "plan": self._get_designer_plan(),
            "components": [
                component._get_designer_card() for component in self.component_ids
            ],
            "fields": self._get_designer_fields(),
            "can_edit": can_write and self.state == "draft",
            "can_write": can_write,
            "flags": self._get_designer_flags(),
            "currency_id": self.currency_id.id,
        }

    def _get_designer_plan(self):
        return {
            **{name: self[name] for name in PLAN_FIELDS},
            "id": self.id,
            "state": self.state,
            "state_label": dict(self._fields["state"]._description_selection(self.env))[
                self.state
            ],
            "company_id": self.company_id.id,
            "payee_count": self.payee_count,
            "version": self.version,
        }

    @api.model
    def _get_designer_fields(self):
        """``{model: {field: {"string", "help", "selection"}}}``"""
        wanted = {
            "plan": ("sales.commission.plan", PLAN_FIELDS),
            "component": ("sales.commission.component", COMPONENT_FIELDS),
            "rate": ("sales.commission.rate", RATE_FIELDS),
        }
        return {
            key: self.env[model].fields_get(names, ["string", "help", "selection"])
            for key, (model, names) in wanted.items()
        }

    def _get_designer_flags(self):
        """Parts of the page that this plan has."""
        return {
            "document": bool(self),
            "new_version": self.state == "published",
            "examples": True,
        }

    @api.readonly
    def get_document_html(self):
        """The plan as payees read it."""
        self.ensure_one()
        self.check_access("read")
        return self.document_html


class SalesCommissionComponent(models.Model):
    _inherit = "sales.commission.component"

    @api.readonly
    def get_designer_card(self):
        """One component as the designer shows it, after something changed."""
        self.ensure_one()
        self.check_access("read")
        return self._get_designer_card()

    def _get_designer_card(self):
        levels = self._get_designer_levels()
        return {
            **{name: self[name] for name in COMPONENT_FIELDS},
            "id": self.id,
            "measure_id": self.measure_id.id,
            "hierarchy_id": self.hierarchy_id.id,
            "model_name": self.model_name or False,
            "unit": self.unit or "number",
            "levels": levels,
            "rates": [
                {"id": rate.id, **{name: rate[name] for name in RATE_FIELDS}}
                for rate in self.rate_ids
            ],
            "curves": {str(level): self.get_curve(level) for level in levels},
            "asks": self._get_designer_asks(),
            "chips": self._get_designer_chips(),
            "next_bound": FIRST_BOUND.get(self._get_curve_unit(), 1.0),
            "curve_unit": self._get_curve_unit(),
        }

    def _get_designer_levels(self):
        levels = set(self.rate_ids.mapped("level"))
        if self.credited_to != "hierarchy":
            levels = levels or {0}
        return sorted(levels or {1})

    def _get_designer_asks(self):
        """Figures, beside what is credited, that decide what the component pays."""
        by_rates = self.pays == "rates"
        kinds = set(self.rate_ids.mapped("kind")) if by_rates else set()
        named = self._get_formula_names()
        asks = {
            "quantity": "per_unit" in kinds
            or (by_rates and self.lookup == "count")
            or "quantity" in named,
            "sales": (by_rates and self.lookup == "document") or "sales" in named,
            "before": self._asks_before(),
            "quota": self._asks_quota() or (self.basis == "measure" and self.quota),
            "target_incentive": self._asks_target(),
            "level": len(self._get_designer_levels()) > 1,
        }
        return [name for name, asked in asks.items() if asked]

    def _get_designer_chips(self):
        """The modifiers, each as one short sentence that opens its record."""
        chips = [
            {"model": row._name, "id": row.id, "kind": kind, "label": say(row)}
            for kind, rows, say in (
                ("gate", self.gate_ids, self._say_gate),
                ("accelerator", self.accelerator_ids, self._say_accelerator),
                ("multiplier", self.multiplier_ids, self._say_multiplier),
                ("weight", self.weight_ids, self._say_weight),
            )
            for row in rows
        ]
        return chips + [
            {"model": self._name, "id": self.id, "label": label, **chip}
            for label, chip in self._get_own_chips()
        ]

    def _get_own_chips(self):
        """Modifiers that are fields of the component, with what empties them."""
        money = self.currency_id.format
        limits = {
            "floor": self.env._("At least %s", money(self.floor)),
            "cap_per_document": self.env._(
                "At most %s per sale", money(self.cap_per_document)
            ),
            "cap_per_period": self.env._(
                "At most %s per period", money(self.cap_per_period)
            ),
            "only_above_quota": self.env._("Only what is above the quota"),
        }
        for name, label in limits.items():
            if self[name]:
                yield label, {"kind": "limits", "clear": {name: False}}
        if self.pays == "formula":
            label = self.formula or self.env._("Write the formula")
            yield label, {"kind": "formula"}

    def _say_gate(self, gate):
        threshold = self._say_curve_number(gate.threshold)
        source = gate.source_component_id.name or self.env._("quota")
        if gate.closes == "pay":
            return self.env._(
                "Nothing below %(threshold)s %% of %(other)s",
                threshold=threshold,
                other=source,
            )
        return self.env._(
            "No accelerator below %(threshold)s %% of %(other)s",
            threshold=threshold,
            other=source,
        )

    def _say_accelerator(self, row):
        return self.env._(
            "Rates × %(percent)s %% above %(bound)s %% of quota",
            percent=self._say_curve_number(row.percent),
            bound=self._say_curve_number(row.bound),
        )

    def _say_multiplier(self, row):
        return self.env._("Pay × a factor by %s", row.source_component_id.name)

    def _say_weight(self, row):
        return self.env._(
            "%(other)s weighs %(weight)s %%",
            other=row.source_component_id.name,
            weight=self._say_curve_number(row.weight),
        )

    def switch_basis_in_designer(self, basis):
        """Count one measure, or score other components, with rates that fit: a
        percentage of a score is no money."""
        self.ensure_one()
        scorecard = basis == "scorecard"
        kind = "target_percent" if scorecard else "percent"
        steps = ((0, 0), (100, 100)) if scorecard else ((0, 5),)
        measure = self.default_get(["measure_id"]).get("measure_id")
        self.write(
            {
                "basis": basis,
                "measure_id": not scorecard and measure,
                "lookup": "attainment" if scorecard else "amount",
                "application": "retroactive" if scorecard else "marginal",
                "weight_ids": [Command.clear()],
                "rate_ids": [
                    Command.clear(),
                    *(
                        Command.create({"bound": bound, "kind": kind, kind: value})
                        for bound, value in steps
                    ),
                ],
            }
        )

    def duplicate_in_designer(self):
        """A copy of the component in its plan, right below it."""
        self.ensure_one()
        following = self.plan_id.component_ids.filtered(
            lambda c: (c.sequence, c.id) > (self.sequence, self.id)
        )
        copy = self.copy({"name": self.env._("%s (copy)", self.name)})
        (self + copy + following)._renumber(self.sequence)
        return copy.id

    def _renumber(self, first):
        for number, component in enumerate(self):
            component.sequence = first + number

    @api.model
    def create_in_designer(self, plan_id, starter):
        """A component to begin with; *starter* is flat, tiered or quota.

        :return: its id
        """
        plan = self.env["sales.commission.plan"].browse(plan_id)
        last = max(plan.component_ids.mapped("sequence"), default=0)
        component = self.create(
            {
                "plan_id": plan.id,
                "sequence": last + 10,
                **self._get_starter(starter),
            }
        )
        return component.id

    @api.model
    def _get_starter(self, starter):
        """Three common components with figures to overwrite."""

        def steps(*rows):
            return [
                Command.create({"bound": bound, kind: value, "kind": kind})
                for bound, kind, value in rows
            ]

        starters = {
            "flat": {
                "name": self.env._("Commission"),
                "rate_ids": steps((0, "percent", 5)),
            },
            "tiered": {
                "name": self.env._("Tiered commission"),
                "rate_ids": steps(
                    (0, "percent", 3), (10000, "percent", 5), (25000, "percent", 8)
                ),
            },
            "quota": {
                "name": self.env._("Commission on quota"),
                "lookup": "attainment",
                "quota": 50000,
                "rate_ids": steps((0, "percent", 4), (100, "percent", 8)),
            },
        }
        return starters[starter]
