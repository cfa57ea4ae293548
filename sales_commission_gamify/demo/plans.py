"""What the demo company promises its sales people."""

from datetime import date, timedelta
from typing import NamedTuple

from odoo.fields import Command

from . import people
from .catalogue import BY_KEY


class Component(NamedTuple):
    """No *categories* and *products*: all count. A limit of 0 is none.

    *steps* are ``(bound, percent)``, or ``(bound, amount)`` when they are fixed.
    With *levels*, those above the seller are credited instead: a percentage for the
    level directly above, for the next one, and so on.
    """

    name: str
    steps: tuple[tuple[int, float], ...]
    categories: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    application: str = "marginal"
    lookup: str = "amount"
    kind: str = "percent"
    floor: int = 0
    cap_per_document: int = 0
    cap_per_period: int = 0
    refund_period: str = "original"
    points_per_unit: float = 0.0
    points_per_document: int = 0
    levels: tuple[float, ...] = ()
    quota: int = 0

    def covers(self, key):
        """Whether a product counts."""
        if self.categories:
            return BY_KEY[key].category in self.categories
        return not self.products or key in self.products


class Plan(NamedTuple):
    name: str
    description: str
    first: date
    last: date | None
    payees: tuple[str, ...]
    components: tuple[Component, ...]
    period_kind: str = "month"
    is_draft: bool = False
    draw: dict | None = None
    payable: dict | None = None
    deferral_months: int = 0


SALE_POINTS = {"points_per_unit": 0.04, "points_per_document": 320}
RENEWAL_POINTS = {"points_per_unit": 0.04, "points_per_document": 280}
NEW_BUSINESS = ("Courses", "Licences", "School subscriptions", "Services")


# What a plan is meant to cost each month.
BUDGETS = {
    "Schools Iberia: new business": 5000,
    "UK & Ireland: flat and campus": 5500,
    "North America: new business": 4000,
    "Renewals": 2500,
    "Team leads: own sales": 2500,
    "Team leads and director: overrides": 5500,
    "External agents": 2000,
    "Business Iberia: starters": 1500,
    "Business Iberia: senior accelerator": 3500,
    "Business Iberia: senior accelerator, 2nd version": 3500,
}


def _sellers(*levels, team=None):
    return tuple(
        person.login
        for person in people.PEOPLE
        if person.level in levels and team in (None, person.team)
    )


def get_plans(timeline) -> tuple[Plan, ...]:
    first = timeline.first(timeline.months[0])
    return (
        *_get_team_plans(first),
        *_get_accelerators(timeline, first),
        *_get_special_plans(timeline, first),
    )


def _get_team_plans(first):
    return (
        Plan(
            "Schools Iberia: new business",
            "The more a month brings, the more the next euro pays.",
            first, None, _sellers("senior", "junior", team="schools"),
            (Component("New business", ((0, 4), (8000, 6), (18000, 8)),
                       categories=NEW_BUSINESS, quota=15000, **SALE_POINTS),),
        ),
        Plan(
            "UK & Ireland: flat and campus",
            "6 % of everything, and 2 % more on campus licences. What it costs to win "
            "these contracts of two years is spread over them.",
            first, None, _sellers("senior", "junior", team="uk"),
            (Component("All sales", ((0, 6),), quota=16000, **SALE_POINTS),
             Component("Campus licences", ((0, 2),), products=("campus",))),
            deferral_months=24,
        ),
        Plan(
            "North America: new business",
            "From 5 %, rising to 9 % of what is above 24,000 in a month.",
            first, None, _sellers("senior", "junior", team="america"),
            (Component("All sales", ((0, 5), (12000, 7), (24000, 9)), quota=20000,
                       **SALE_POINTS),),
        ),
        Plan(
            "Renewals",
            "Renewals pay more once the quarter has brought 40,000; new products "
            "for old customers pay most.",
            first, None, _sellers("senior", "junior", team="renewals"),
            (Component("Renewals", ((0, 2.5), (40000, 3.5)), lookup="running",
                       categories=("Renewals",), **RENEWAL_POINTS),
             Component("New products for old customers", ((0, 7),),
                       categories=NEW_BUSINESS, **SALE_POINTS)),
        ),
        Plan(
            "Team leads: own sales",
            "What leads and the director sell themselves, at most 900 a month.",
            first, None, _sellers("lead", "director"),
            (Component("Own sales", ((0, 3), (10000, 4)), cap_per_period=900,
                       **SALE_POINTS),),
        ),
        Plan(
            "Team leads and director: overrides",
            "0.8 % of what your people sell, 0.4 % of what their people sell.",
            first, None, _sellers("lead", "director"),
            (Component("Sales of the team", (), levels=(0.8, 0.4)),),
        ),
        Plan(
            "External agents",
            "12 % of the first 5,000 of a sale and 8 % of the rest, at most 900 a "
            "sale. Refunds count in the month in which they happen.",
            first, None, _sellers("agent"),
            (Component("All sales", ((0, 12), (5000, 8)), lookup="document",
                       cap_per_document=900, refund_period="own", **SALE_POINTS),),
        ),
    )  # fmt: skip


def _get_accelerators(timeline, first):
    """Business Iberia by level; the senior plan got a better version midway."""
    seniors = _sellers("senior", team="business")
    return (
        Plan(
            "Business Iberia: senior accelerator",
            "The step that a month reaches pays on the whole month.",
            first, timeline.last(-4), seniors,
            (Component("All sales", ((0, 3), (9000, 5), (18000, 7)),
                       application="retroactive", **SALE_POINTS),),
        ),
        Plan(
            "Business Iberia: senior accelerator, 2nd version",
            "As before, with half a point more from the second step on.",
            timeline.first(-3), None, seniors,
            (Component("All sales", ((0, 3), (9000, 5.5), (18000, 7.5)),
                       application="retroactive", **SALE_POINTS),),
        ),
        Plan(
            "Business Iberia: starters",
            "5 % from the first euro on, and at least 150 in a month with a sale. In "
            "the first three months an advance on better ones.",
            first, None, _sellers("junior", team="business"),
            (Component("All sales", ((0, 5),), floor=150, **SALE_POINTS),),
            draw={"amount": 900, "month_count": 3},
        ),
        Plan(
            "Business Iberia: proposal for next month",
            "A draft: change it, publish it, or throw it away.",
            timeline.last(0) + timedelta(days=1), None, seniors,
            (Component("All sales", ((0, 4), (10000, 6), (20000, 8)),
                       **SALE_POINTS),),
            is_draft=True,
        ),
    )  # fmt: skip


def _get_special_plans(timeline, first):
    """Two sprints on one product, and a bonus that is measured each quarter."""
    reps = _sellers("senior", "junior")
    return (
        Plan(
            "Sprint: AI in the Classroom",
            "Two weeks, one product: 8 % on top, once the customer has paid, a fifth "
            "of it after three months, and 250 points a sale.",
            timeline.day(-2, 1), timeline.day(-2, 14), reps,
            (Component("AI workshops", ((0, 8),), products=("ai",),
                       points_per_document=250),),
            payable={"payable_when": "collected", "held_percent": 20, "held_days": 90},
        ),
        Plan(
            "Sprint: Content Studio",
            "Two weeks, one product: 60 for one sale, 150 for two, 300 for four, and "
            "250 points a sale.",
            max(timeline.today - timedelta(days=7), timeline.first(0)),
            timeline.today + timedelta(days=6), reps,
            (Component("Content Studio", ((0, 0), (1, 60), (2, 150), (4, 300)),
                       lookup="count", kind="fixed", application="retroactive",
                       products=("studio",), points_per_document=250),),
        ),
        Plan(
            "Seniors: quarterly growth bonus",
            "Pays once the quarter has ended, on what is above 45,000.",
            timeline.quarter_first(first), None, _sellers("senior"),
            (Component("Quarter", ((0, 0), (45000, 1.5), (75000, 2.5))),),
            period_kind="quarter",
        ),
    )  # fmt: skip


class Promises:
    """Publishes the plans of the story, each before its first document."""

    def __init__(self, env, timeline, staff, catalogue):
        self.env = env
        self.timeline = timeline
        self.staff = staff
        self.catalogue = catalogue
        self.records = {}

    def publish_month(self, month):
        """Publish the plans that start by the end of *month*."""
        for plan in get_plans(self.timeline):
            is_due = plan.first <= self.timeline.last(month)
            if is_due and plan.name not in self.records:
                self.records[plan.name] = self._create(plan)
                self.records[plan.name].action_publish()

    def accept(self):
        """All but a few have read and accepted the plans that run."""
        for plan in self.records.values():
            if plan.state != "published":
                continue
            for payee in plan.assignment_ids.employee_id:
                if payee.user_id.login not in people.SLOW_READERS:
                    plan.with_user(payee.user_id).action_accept()

    def create_draft(self):
        for plan in get_plans(self.timeline):
            if plan.is_draft:
                self._create(plan)

    def close_month(self, month):
        """Close the plans whose last day in *month* is over."""
        for plan in get_plans(self.timeline):
            if not plan.last or plan.last >= self.timeline.today:
                continue
            if self.timeline.month_of(plan.last) == month:
                self.records[plan.name].action_close()

    def _create(self, plan):
        return self.env["sales.commission.plan"].create(
            {
                "name": plan.name,
                "description": plan.description,
                "company_id": self.env.company.id,
                "date_from": plan.first,
                "date_to": plan.last,
                "period_kind": plan.period_kind,
                **(plan.payable or {}),
                "deferral_months": plan.deferral_months,
                "monthly_budget": BUDGETS.get(plan.name, 0),
                "component_ids": [
                    Command.create(self._prepare_component_vals(component))
                    for component in plan.components
                ],
                "draw_ids": [Command.create(plan.draw)] if plan.draw else [],
                "assignment_ids": [
                    Command.create(self._prepare_assignment_vals(plan, login))
                    for login in plan.payees
                    if self._takes_part(plan, login)
                ],
            }
        )

    def _prepare_component_vals(self, component):
        vals = {
            "name": component.name,
            "domain": repr(self._get_domain(component)),
            "application": component.application,
            "lookup": component.lookup,
            "running_kind": "quarter",
            "floor": component.floor,
            "cap_per_document": component.cap_per_document,
            "cap_per_period": component.cap_per_period,
            "refund_period": component.refund_period,
            "quota": component.quota,
            "rate_ids": [
                Command.create(
                    {"bound": bound, "kind": component.kind, component.kind: value}
                )
                for bound, value in component.steps
            ],
        }
        if component.levels:
            vals |= self._prepare_levels_vals(component)
        if component.points_per_unit or component.points_per_document:
            rule = {
                "points_per_unit": component.points_per_unit,
                "points_per_document": component.points_per_document,
            }
            vals["point_rule_ids"] = [Command.create(rule)]
        return vals

    def _prepare_levels_vals(self, component):
        managers = self.env.ref("sales_commission_gamify.hierarchy_managers")
        return {
            "credited_to": "hierarchy",
            "hierarchy_id": managers.id,
            "rate_ids": [
                Command.create({"level": level, "bound": 0, "percent": percent})
                for level, percent in enumerate(component.levels, 1)
            ],
        }

    def _get_domain(self, component):
        if component.categories:
            categories = self.catalogue.categories
            ids = [categories[name].id for name in component.categories]
            return [("product_id.categ_id", "in", ids)]
        if component.products:
            ids = [self.catalogue.products[key].id for key in component.products]
            return [("product_id", "in", ids)]
        return []

    def _takes_part(self, plan, login):
        joined, left = people.get_span(self.timeline, login)
        has_left = login in people.LEFT and left < plan.first
        return not has_left and not (plan.last and plan.last < joined)

    def _prepare_assignment_vals(self, plan, login):
        vals = {"employee_id": self.staff.employees[login].id}
        if login in people.JOINED:
            joined = self.timeline.day(*people.JOINED[login])
            vals["date_from"] = max(plan.first, joined)
        if login in people.LEFT:
            vals["date_to"] = self.timeline.day(*people.LEFT[login])
        return vals
