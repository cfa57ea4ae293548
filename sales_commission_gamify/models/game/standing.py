from datetime import timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ...engine import periods
from ..design.words import say_number, say_percent

METRICS = ("points", "amount", "deals", "attainment", "measure")
# What "amount sold" means: the first of these that a plan counts.
SOLD = ("invoice_line", "order_line", "payment", "record", "pos")


class Counted(NamedTuple):
    """What is ranked: sums of *metric* from *first* to *last*, of one company."""

    metric: str
    first: object
    last: object
    company: object
    components: object
    unit: str  # money, number, percent or points
    is_net: bool = False  # by day: what is refunded is taken from the day of its sale


class SalesCommissionStanding(models.AbstractModel):
    """Who is first: payees or teams by what the ledger says they did.

    One statement ranks them all. Whole measuring periods are read from the
    attainments, which hold the same sums; other days from the credits. A sale that
    several components credit to a payee counts once. Equal figures share a place.
    """

    _name = "sales.commission.standing"
    _description = "Commission Standings"

    @api.model
    def _get_standings(self, metric, first, last, by="payee", sees=(), **options):
        """The ranking, best first.

        :param metric: ``points``, ``amount``, ``deals``, ``attainment`` (% of the own
            target) or ``measure`` (of the measure or component given)
        :param by: ``payee`` or ``team``
        :param sees: ids of payees shown although they opted out; True for all
        :param options: ``company``; ``measure`` or ``component``: what is counted;
            ``employees``: ids of the payees to rank, instead of those who take part
            in a plan on these days; ``teams``: ids, only those
        :return: ``[{"place", "id", "name", "team_id", "score", "text", "is_hidden"}]``
        """
        counted = self._get_counted(metric, first, last, **options)
        rows = self.env.execute_query_dict(
            SQL(
                """
                WITH person AS (%(people)s), scored AS (%(scores)s),
                ranked AS (%(ranked)s)
                SELECT RANK() OVER (ORDER BY score %(direction)s) AS place, ranked.*
                  FROM ranked WHERE score IS NOT NULL
                 ORDER BY place, name, id
                """,
                people=self._get_people_sql(counted, options),
                scores=self._get_scores_sql(counted),
                ranked=self._get_ranked_sql(counted, by, sees),
                direction=self._get_direction_sql(counted),
            )
        )
        if by == "team":
            # sudo: names of teams; payees may not read sales teams
            teams = self.env["crm.team"].sudo().browse(row["id"] for row in rows)
            names = {team.id: team.name for team in teams}
            for row in rows:
                row["name"] = names.get(row["id"]) or self.env._("No team")
        for row in rows:
            row["text"] = self._say_score(counted, row["score"])
        return rows

    @api.model
    def _get_counted(
        self,
        metric,
        first,
        last,
        company=None,
        measure=None,
        component=None,
        **_options,
    ):
        company = company or self.env.company
        components = self._get_components(metric, company, measure, component)
        unit = {"points": "points", "attainment": "percent", "deals": "number"}
        return Counted(
            metric,
            first,
            last,
            company,
            components,
            unit.get(metric) or components[:1].unit or "money",
        )

    @api.model
    def _get_components(self, metric, company, measure=None, component=None):
        """What is added up, of all plans that were ever published."""
        # sudo: payees are ranked by plans that they need not be able to read
        components = self.env["sales.commission.component"].sudo()
        domain = [
            ("company_id", "=", company.id),
            ("plan_id.state", "!=", "draft"),
            ("credited_to", "!=", "hierarchy"),
        ]
        if metric == "points":
            return components
        if component:
            component = component.sudo()
            root = component.root_id or component
            return components.search(
                [*domain, "|", ("id", "=", root.id), ("root_id", "=", root.id)]
            )
        if metric == "attainment":
            return components.search(domain)
        if measure:
            return components.search([*domain, ("measure_id", "=", measure.id)])
        found = components.search([*domain, ("measure_id.value", "=", "amount")])
        by_source = found.filtered(lambda one: one.unit == "money").grouped(
            lambda one: one.measure_id.source
        )
        return next((by_source[key] for key in SOLD if key in by_source), components)

    # --- who is ranked --------------------------------------------------------------

    def _get_people_sql(self, counted, options):
        """``employee_id, name, team_id, is_hidden``; the team is the last of these
        days."""
        self.env["hr.employee"].flush_model()
        self.env["sales.commission.assignment"].flush_model()
        self.env["sales.commission.plan"].flush_model()
        employees, teams = options.get("employees"), options.get("teams")
        if employees is not None:
            wanted = SQL("employee.id = ANY(%s)", list(employees))
        elif counted.metric == "points":
            wanted = SQL("employee.active AND a.id IS NOT NULL")
        else:
            wanted = SQL(
                "employee.active AND plan.id = ANY(%s)", counted.components.plan_id.ids
            )
        return SQL(
            """
            SELECT * FROM (
                SELECT DISTINCT ON (employee.id) employee.id AS employee_id,
                       employee.name, a.team_id,
                       COALESCE(employee.sales_commission_is_hidden, FALSE) AS is_hidden
                  FROM hr_employee employee
                  LEFT JOIN (sales_commission_assignment a
                             JOIN sales_commission_plan plan
                               ON plan.id = a.plan_id AND plan.state != 'draft'
                              AND plan.company_id = %(company)s
                              AND plan.date_from <= %(last)s
                              AND COALESCE(plan.date_to, 'infinity') >= %(first)s)
                    ON a.employee_id = employee.id AND a.date_from <= %(last)s
                   AND COALESCE(a.date_to, 'infinity') >= %(first)s
                 WHERE %(wanted)s
                 ORDER BY employee.id, a.date_from DESC, a.id DESC) one
             WHERE %(teams)s
            """,
            company=counted.company.id,
            first=counted.first,
            last=counted.last,
            wanted=wanted,
            teams=SQL("one.team_id = ANY(%s)", list(teams)) if teams else SQL("TRUE"),
        )

    # --- by what --------------------------------------------------------------------

    def _get_scores_sql(self, counted):
        """``employee_id, amount, base``: the score is the amount, or for what is a
        percentage the amount per base."""
        kind = counted.metric
        if kind in ("points", "attainment", "deals"):
            return getattr(self, f"_get_scores_sql_{kind}")(counted)
        if self._is_counted_once(counted.components):
            if self._is_made_of_periods(counted):
                return self._get_scores_sql_periods(counted)
            return self._get_scores_sql_days(counted)
        return self._get_scores_sql_events(counted)

    def _get_scores_sql_points(self, counted):
        """Points that were brought: what was spent on a reward takes no place away."""
        self.env["sales.commission.point"].flush_model()
        return SQL(
            """
            SELECT employee_id, SUM(points)::numeric AS amount, NULL::numeric AS base
              FROM sales_commission_point
             WHERE company_id = %s AND date BETWEEN %s AND %s AND %s GROUP BY 1
            """,
            counted.company.id,
            counted.first,
            counted.last,
            self._get_brought_sql(),
        )

    def _get_brought_sql(self):
        """Which points were brought rather than spent, or given for a place."""
        return SQL("kind NOT IN ('reward', 'expiry')")

    def _get_scores_sql_attainment(self, counted):
        """The average over the components that have a target, each over all of its
        periods that touch these days."""
        self.env["sales.commission.attainment"].flush_model()
        return SQL(
            """
            SELECT employee_id, SUM(ratio) AS amount, COUNT(*)::numeric AS base
              FROM (SELECT a.employee_id,
                           SUM(CASE WHEN a.unit = 'percent' THEN a.value::numeric
                                    ELSE a.credited END)
                           / SUM(a.quota::numeric) AS ratio
                      FROM sales_commission_attainment a
                      JOIN sales_commission_component component
                        ON component.id = a.component_id
                     WHERE a.component_id = ANY(%s) AND a.level = 0 AND a.quota > 0
                       AND a.date_from <= %s AND a.date_to >= %s
                     GROUP BY 1, COALESCE(component.root_id, component.id)) one
             GROUP BY 1
            """,
            counted.components.ids,
            counted.last,
            counted.first,
        )

    def _get_scores_sql_deals(self, counted):
        """Sales of which something is left, by whatever number of components."""
        return SQL(
            """
            SELECT employee_id, COUNT(*)::numeric AS amount, NULL::numeric AS base
              FROM (SELECT employee_id FROM sales_commission_credit
                     WHERE %s GROUP BY employee_id, document_model, origin_id
                    HAVING SUM(amount) > 0) deal
             GROUP BY 1
            """,
            self._get_credits_sql(counted),
        )

    def _get_scores_sql_periods(self, counted):
        self.env["sales.commission.attainment"].flush_model()
        return SQL(
            """
            SELECT employee_id, SUM(credited) AS amount,
                   SUM(quantity)::numeric AS base
              FROM sales_commission_attainment
             WHERE component_id = ANY(%s) AND level = 0
               AND date_from BETWEEN %s AND %s GROUP BY 1
            """,
            counted.components.ids,
            counted.first,
            counted.last,
        )

    def _get_scores_sql_days(self, counted):
        return SQL(
            """
            SELECT employee_id, SUM(amount) AS amount, SUM(quantity)::numeric AS base
              FROM sales_commission_credit WHERE %s GROUP BY 1
            """,
            self._get_credits_sql(counted),
        )

    def _get_scores_sql_events(self, counted):
        """What two components credit of one event is equal, or one of them none."""
        return SQL(
            """
            SELECT employee_id,
                   SUM(CASE WHEN most > -least THEN most ELSE least END) AS amount,
                   SUM(base) AS base
              FROM (SELECT employee_id, source_model, source_id,
                           MAX(amount) AS most, MIN(amount) AS least,
                           MAX(quantity)::numeric AS base
                      FROM (SELECT employee_id, source_model, source_id,
                                   SUM(amount) AS amount, SUM(quantity) AS quantity
                              FROM sales_commission_credit
                             WHERE %s GROUP BY 1, 2, 3, component_id) one
                     GROUP BY 1, 2, 3) event
             GROUP BY 1
            """,
            self._get_credits_sql(counted),
        )

    def _get_credits_sql(self, counted):
        self.env["sales.commission.credit"].flush_model()
        return SQL(
            """employee_id IN (SELECT employee_id FROM person)
               AND component_id = ANY(%s) AND level = 0 AND date BETWEEN %s AND %s""",
            counted.components.ids,
            counted.first,
            counted.last,
        )

    @api.model
    def _is_counted_once(self, components):
        """Whether no two of them can credit an event to the same payee: two of a plan,
        or of two plans in which the payee takes part on the same day."""
        plans = components.plan_id
        if len(components) > len(plans):
            return False
        if len(plans) < 2:
            return True
        self.env["sales.commission.assignment"].flush_model()
        plans.flush_model(["date_from", "date_to"])
        return not self.env.execute_query(
            SQL(
                """
                WITH part AS (
                    SELECT a.plan_id, a.employee_id,
                           GREATEST(a.date_from, plan.date_from) AS first,
                           LEAST(COALESCE(a.date_to, 'infinity'),
                                 COALESCE(plan.date_to, 'infinity')) AS last
                      FROM sales_commission_assignment a
                      JOIN sales_commission_plan plan ON plan.id = a.plan_id
                     WHERE plan.id = ANY(%s))
                SELECT 1 FROM part JOIN part other USING (employee_id)
                 WHERE part.plan_id < other.plan_id
                   AND part.first <= other.last AND other.first <= part.last
                 LIMIT 1
                """,
                plans.ids,
            )
        )

    @api.model
    def _is_made_of_periods(self, counted):
        return all(
            periods.period_of(counted.first, kind).first == counted.first
            and periods.period_of(counted.last, kind).last == counted.last
            for kind in set(counted.components.plan_id.mapped("period_kind"))
        )

    # --- the ranking ----------------------------------------------------------------

    def _get_ranked_sql(self, counted, by, sees):
        """``id, name, team_id, is_hidden, score``"""
        share = counted.unit == "percent"
        score = SQL(
            "ROUND(%s, %s)",
            SQL("100 * SUM(scored.amount) / NULLIF(SUM(scored.base), 0)")
            if share
            else SQL("COALESCE(SUM(scored.amount), 0)"),
            self._get_digits(counted),
        )
        shown = (
            SQL("TRUE")
            if sees is True
            else SQL(
                "(NOT person.is_hidden OR person.employee_id = ANY(%s))", list(sees)
            )
        )
        if by == "team":
            # a team of nobody but hidden people would tell what they did
            return SQL(
                """
                SELECT COALESCE(person.team_id, 0) AS id, '' AS name, person.team_id,
                       FALSE AS is_hidden, %s AS score
                  FROM person LEFT JOIN scored USING (employee_id)
                 GROUP BY person.team_id HAVING BOOL_OR(%s)
                """,
                score,
                shown,
            )
        return SQL(
            """
            SELECT person.employee_id AS id, person.name, person.team_id,
                   person.is_hidden, %s AS score
              FROM person LEFT JOIN scored USING (employee_id)
             WHERE %s
             GROUP BY person.employee_id, person.name, person.team_id, person.is_hidden
            """,
            score,
            shown,
        )

    def _get_direction_sql(self, counted):
        """Of discounts the lowest is the best."""
        measures = counted.components.measure_id
        lowest = counted.metric == "measure" and measures[:1].value == "discount"
        return SQL("ASC" if lowest else "DESC")

    def _get_digits(self, counted):
        if counted.unit == "money":
            return counted.company.currency_id.decimal_places
        return 0 if counted.unit == "points" else 2

    @api.model
    def _say_score(self, counted, score):
        score = float(score)
        if counted.unit == "money":
            return counted.company.currency_id.format(score)
        if counted.unit == "percent":
            return say_percent(self.env, score)
        return say_number(self.env, score)

    # --- periods --------------------------------------------------------------------

    @api.model
    def _get_days(self, kind, day):
        """First and last day of the *kind* of period (``day`` … ``year``) of *day*."""
        if kind == "day":
            return periods.Period(day, day)
        return periods.period_of(day, kind)

    @api.model
    def _get_neighbouring_days(self, kind, first, last):
        """Any day of the period before, and of the one after."""
        return first - timedelta(days=1), last + timedelta(days=1)
