from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

# The gallery, in its order: each key has a method ``_get_template_<key>``.
TEMPLATES = (
    "flat",
    "tiered",
    "accelerator",
    "override",
    "spiff",
    "mbo",
    "new_hire",
    "levels",
)
SHORT = 14  # days of a sprint


class SalesCommissionPlan(models.Model):
    """Plans to start from. Each can be published once its payees are set.

    A template is a dict: ``name``, ``summary`` (what it is for), ``icon``,
    ``components`` (values, ``steps`` as ``(bound, value)`` or
    ``(bound, value, level)``), ``draws`` (values), ``examples`` (``name``,
    ``expected`` and the figures by component), ``is_short`` for a plan of two weeks.
    """

    _inherit = "sales.commission.plan"

    @api.model
    @api.readonly
    def get_templates(self):
        """The gallery: ``[{"key", "name", "summary", "icon"}]``"""
        return [
            {
                "key": key,
                **{name: template[name] for name in ("name", "summary", "icon")},
            }
            for key in TEMPLATES
            for template in [self._get_template(key)]
        ]

    @api.model
    def create_from_template(self, key, starts_now=False):
        """A draft made from the template *key*.

        :param starts_now: with this month instead of the next, so that what is
            invoiced already shows what it pays

        :return: the action that opens it
        """
        self.check_access("create")
        if key not in TEMPLATES:
            raise UserError(
                self.env._("There is no template “%s”. Reload the page.", key)
            )
        plan = self._make_from_template(self._get_template(key))
        if starts_now and not plan.date_to:
            plan.date_from = fields.Date.context_today(self).replace(day=1)
        return {
            "type": "ir.actions.act_window",
            "res_model": "sales.commission.plan",
            "res_id": plan.id,
            "views": [(False, "form")],
        }

    @api.model
    def _get_template(self, key):
        return getattr(self, f"_get_template_{key}")()

    @api.model
    def _make_from_template(self, template):
        first = fields.Date.context_today(self)
        last = False
        if template.get("is_short"):
            last = first + timedelta(days=SHORT - 1)
        else:
            first = first.replace(day=1) + relativedelta(months=1)
        plan = self.create(
            {
                "name": template["name"],
                "description": template["summary"],
                "date_from": first,
                "date_to": last,
                "component_ids": [
                    Command.create(self._prepare_template_component(number, vals))
                    for number, vals in enumerate(template["components"])
                ],
                "draw_ids": [
                    Command.create(vals) for vals in template.get("draws", ())
                ],
            }
        )
        for number, weights in template.get("weights", {}).items():
            plan.component_ids[number].weight_ids = [
                Command.create(
                    {
                        "source_component_id": plan.component_ids[source].id,
                        "weight": weight,
                    }
                )
                for source, weight in weights.items()
            ]
        for name, expected, figures in template["examples"]:
            self._add_template_example(plan, name, expected, figures)
        return plan

    @api.model
    def _add_template_example(self, plan, name, expected, figures):
        self.env["sales.commission.example"].create(
            {
                "plan_id": plan.id,
                "name": name,
                "expected": expected,
                "line_ids": [
                    Command.create(
                        {"component_id": plan.component_ids[number].id, **values}
                    )
                    for number, values in figures.items()
                ],
            }
        )

    @api.model
    def _prepare_template_component(self, number, vals):
        vals = {"sequence": 10 * (number + 1), **vals}
        kind = vals.pop("kind", "percent")
        vals["rate_ids"] = [
            Command.create(
                {"bound": bound, "kind": kind, kind: value, "level": (*level, 0)[0]}
            )
            for bound, value, *level in vals.pop("steps", ())
        ]
        if vals.get("credited_to") == "hierarchy":
            vals["hierarchy_id"] = self._get_manager_hierarchy().id
        return vals

    @api.model
    def _get_manager_hierarchy(self):
        hierarchies = self.env["sales.commission.hierarchy"]
        found = hierarchies.search(
            [
                ("kind", "=", "manager"),
                ("company_id", "in", [False, self.env.company.id]),
            ],
            limit=1,
        )
        return found or hierarchies.create(
            {"name": self.env._("Managers"), "kind": "manager"}
        )

    @api.model
    def _get_template_measure(self, xmlid, **vals):
        """A ready measure, or one of its own when it was deleted."""
        measure = self.env.ref(f"sales_commission_gamify.{xmlid}", False)
        if measure and measure.active:
            return measure.id
        measures = self.env["sales.commission.measure"]
        domain = [(name, "=", value) for name, value in vals.items()]
        return (measures.search(domain, limit=1) or measures.create(vals)).id

    # --- the catalogue ----------------------------------------------------------

    @api.model
    def _get_template_flat(self):
        return {
            "name": self.env._("Flat commission"),
            "summary": self.env._("One percentage of everything that is invoiced."),
            "icon": "fa-minus",
            "components": [{"name": self.env._("All sales"), "steps": [(0, 5)]}],
            "examples": [
                (
                    self.env._("10,000 invoiced in a month"),
                    500,
                    {0: {"credited": 10000}},
                ),
            ],
        }

    @api.model
    def _get_template_tiered(self):
        return {
            "name": self.env._("Tiered commission"),
            "summary": self.env._(
                "The more a month brings, the more the next sale pays."
            ),
            "icon": "fa-signal",
            "components": [
                {
                    "name": self.env._("All sales"),
                    "steps": [(0, 4), (10000, 6), (25000, 8)],
                }
            ],
            "examples": [
                (
                    self.env._("A month below the second step"),
                    320,
                    {0: {"credited": 8000}},
                ),
                (
                    self.env._("A month on all three steps"),
                    1700,
                    {0: {"credited": 30000}},
                ),
            ],
        }

    @api.model
    def _get_template_accelerator(self):
        return {
            "name": self.env._("Accelerator on quota"),
            "summary": self.env._(
                "5 % up to the quota, 10 % of what is above it, 12.5 % from one and a "
                "half times the quota on."
            ),
            "icon": "fa-rocket",
            "components": [
                {
                    "name": self.env._("All sales"),
                    "lookup": "attainment",
                    "quota": 30000,
                    "steps": [(0, 5), (100, 10), (150, 12.5)],
                }
            ],
            "examples": [
                (self.env._("Exactly the quota"), 1500, {0: {"credited": 30000}}),
                (self.env._("A third above the quota"), 2500, {0: {"credited": 40000}}),
            ],
        }

    @api.model
    def _get_template_override(self):
        return {
            "name": self.env._("Team override"),
            "summary": self.env._(
                "Managers earn on what their team sells: 2 % directly above the "
                "salesperson, 1 % on the level above."
            ),
            "icon": "fa-sitemap",
            "components": [
                {
                    "name": self.env._("Team sales"),
                    "credited_to": "hierarchy",
                    "steps": [(0, 2, 1), (0, 1, 2)],
                }
            ],
            "examples": [],
        }

    @api.model
    def _get_template_spiff(self):
        return {
            "name": self.env._("SPIFF: two weeks, one product"),
            "summary": self.env._(
                "A fixed amount for one, two and four sales of one product within two "
                "weeks. Choose the product under “Only when”."
            ),
            "icon": "fa-bolt",
            "is_short": True,
            "components": [
                {
                    "name": self.env._("Sales of the product"),
                    "lookup": "count",
                    "application": "retroactive",
                    "kind": "fixed",
                    "steps": [(0, 0), (1, 60), (2, 150), (4, 300)],
                }
            ],
            "examples": [
                (self.env._("Three sales"), 150, {0: {"sales": "500; 500; 800"}}),
                (self.env._("No sale"), 0, {0: {"credited": 0}}),
            ],
        }

    @api.model
    def _get_template_mbo(self):
        points = self._get_template_measure(
            "measure_achievement",
            name=self.env._("Goals reached"),
            source="achievement",
        )
        return {
            "name": self.env._("Goals (MBO)"),
            "summary": self.env._(
                "A scorecard of two goals pays a share of the target incentive: "
                "nothing below half, all of it at 100 %, one and a half at 150 %."
            ),
            "icon": "fa-check-square-o",
            "components": [
                {"name": self.env._("Revenue goal"), "pays": "nothing", "quota": 30000},
                {
                    "name": self.env._("Personal goal"),
                    "pays": "nothing",
                    "measure_id": points,
                    "quota": 10,
                },
                {
                    "name": self.env._("Scorecard"),
                    "basis": "scorecard",
                    "measure_id": False,
                    "lookup": "attainment",
                    "quota": 100,
                    "application": "retroactive",
                    "kind": "target_percent",
                    "target_incentive": 2000,
                    "steps": [(0, 0), (50, 50), (100, 100), (125, 125), (150, 150)],
                },
            ],
            "weights": {2: {0: 70, 1: 30}},
            "examples": [
                (
                    self.env._("Both goals reached"),
                    2000,
                    {0: {"credited": 30000}, 1: {"credited": 10}, 2: {"credited": 100}},
                ),
            ],
        }

    @api.model
    def _get_template_new_hire(self):
        return {
            "name": self.env._("New hires"),
            "summary": self.env._(
                "A lower quota in the first three months, and a draw: at least 1,000 "
                "a month in the first half year, taken back from better months."
            ),
            "icon": "fa-leaf",
            "components": [
                {
                    "name": self.env._("All sales"),
                    "lookup": "attainment",
                    "quota": 20000,
                    "ramp": "25 %, 50 %, 75 %",
                    "steps": [(0, 5), (100, 10)],
                }
            ],
            "draws": [{"amount": 1000, "month_count": 6, "recovery_after": 3}],
            "examples": [
                (
                    self.env._("A first small sale, before the draw"),
                    100,
                    {0: {"credited": 2000}},
                ),
                (self.env._("Above the full quota"), 2000, {0: {"credited": 30000}}),
            ],
        }

    @api.model
    def _get_template_levels(self):
        return {
            "name": self.env._("Monthly plan for sellers, leads and director"),
            "summary": self.env._(
                "Sellers earn by steps; the lead and the director earn on what is sold "
                "below them."
            ),
            "icon": "fa-users",
            "components": [
                {
                    "name": self.env._("Own sales"),
                    "steps": [(0, 4), (8000, 6), (18000, 8)],
                },
                {
                    "name": self.env._("Team sales"),
                    "credited_to": "hierarchy",
                    "steps": [(0, 1.5, 1), (0, 0.5, 2)],
                },
            ],
            "examples": [
                (self.env._("A seller's good month"), 1080, {0: {"credited": 20000}}),
            ],
        }
