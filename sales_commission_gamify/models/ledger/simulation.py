from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ...engine import periods
from ..design.flushing import flush_models
from ..source.component import LENGTHS
from ..source.what_if import KEY, ask
from .supposition import MEMBER, PLAN_DAYS, SUMMED, Supposition, arrays_sql


class Trial(NamedTuple):
    """A plan, and from when to when it is supposed to hold."""

    plan: object
    first: date
    last: date | None
    # rows of MEMBER
    members: list


class Trials(NamedTuple):
    """What is computed at once: these plans hold, those in *ended* only until the day
    before *start*. ``back``: the sales are those of so many months before, ``factor``
    times as much."""

    window: tuple
    plans: list
    ended: object
    start: date
    back: int = 0
    factor: Decimal = Decimal(1)
    # SQL of the targets, None for those that are set
    targets: object = None


class Simulated(NamedTuple):
    """What a key pays, and where the payee stands."""

    amount: Decimal
    date_to: date
    standing: dict


class SalesCommissionSimulation(models.AbstractModel):
    """What plans would pay, computed by the queries that credit documents and the
    engine that prices them. Nothing is written: what plans, participations and credits
    would be is said in place of their tables (``Supposition``).

    Credits are added up by PostgreSQL as far as pricing does not ask for each sale, so
    a payee, component and period is one row, whatever was sold.
    """

    _name = "sales.commission.simulation"
    _description = "Simulation of Commission Plans"

    @api.model
    def _simulate(self, trials):
        """
        :return: ``({key: Simulated}, components)``: what is paid for the periods that
            end in the window, a key being ``(component id, employee id, level,
            date_from)``; and the components of which that is all that is paid
        """
        # sudo: what a plan would pay does not depend on who asks; callers check that
        books = self.sudo()
        flush_models(
            self.env, "plan", "component", "credit", "assignment", "quota", "earning"
        )
        plans = self.env["sales.commission.plan"].union(
            *(trial.plan for trial in trials.plans)
        )
        components = (plans | trials.ended).sudo().component_ids
        counting = components.filtered(lambda c: c.plan_id in plans)
        rows = books._get_target_rows(counting, trials)
        rows += books._get_held_rows(components, trials)
        found = books._price_rows(components, rows, trials)
        following = books._get_following(components, trials)
        if following:
            found |= books._price_following(following, components, rows, found, trials)
        return found, components | following

    # --- what is credited -----------------------------------------------------------

    @api.model
    def _get_target_rows(self, components, trials):
        """Sums of what documents credit, rows of ``SUMMED``."""
        days = {}
        for trial in trials.plans:
            since = self._get_since(trial, trials)
            until = _until(trial.plan, trial.last, trials.window[1])
            if since <= until:
                days[trial.plan] = (
                    _shift(since, -trials.back),
                    _shift_last(until, -trials.back),
                )
        components = components.filtered(lambda c: c.plan_id in days)
        supposed = Supposition().with_table(
            "sales_commission_assignment", self._get_members_sql(trials, trials.back)
        )
        credit = self.env["sales.commission.credit"]
        rows = []
        with self._dated(days):
            groups = [
                (measures, counting)
                for measures, counting in credit._get_source_groups(components)
                if measures[:1].source != "commission"
            ]
            for measures, counting in groups:
                query = counting._get_target_query()
                if query:
                    rows += self._sum_credits(counting, query, measures, supposed,
                                              trials)  # fmt: skip
        return rows

    @api.model
    def _get_since(self, trial, trials):
        """The first day of the plan whose sales have to be looked at."""
        plan = trial.plan
        components = plan.component_ids
        since = periods.period_of(trials.window[0], plan.period_kind).first
        if trials.back:
            # months that are over are known, those to come start anew
            since = trials.window[0]
        elif any(component._asks_before() for component in components):
            since = periods.period_of(since, "year").first
        if not all(component._counts_when_sold() for component in components):
            since = fields.Date.subtract(since, years=1) if trials.back else trial.first
        return max(trial.first, since)

    @api.model
    def _sum_credits(self, components, query, measures, supposed, trials):
        asking = self.with_context(**{KEY: supposed})
        [document_model] = {m._get_document_models()[1] for m in measures}
        return ask(
            asking.env,
            self._get_sum_sql(
                components,
                SQL("SELECT *, %s AS document_model FROM (%s) t",
                    document_model, query),
                trials,
            ),
        )  # fmt: skip

    @api.model
    def _get_sum_sql(self, components, query, trials):
        """Sums of the credits of *query*, as many months later as they are early.

        :param query: with the columns of a credit
        """
        alone = components.filtered(lambda c: c._asks_sales() or c._asks_gross())
        below = components.filtered(lambda c: c._asks_below())
        day = SQL("t.date")
        if trials.back:
            day = SQL("(t.date + make_interval(months => %s))::date", trials.back)
        return SQL(
            """
            SELECT t.component_id, t.employee_id, t.level,
                   date_trunc(kind.period, day.day::timestamp)::date AS date_from,
                   (date_trunc(kind.period, day.day::timestamp)
                    + kind.length)::date - 1 AS date_to,
                   CASE WHEN kind.below THEN t.below_percent::float8 END,
                   t.document_model,
                   CASE WHEN kind.alone THEN t.document_id END,
                   CASE WHEN kind.alone THEN t.origin_id END,
                   MIN(day.day), (SUM(t.amount) * %(factor)s)::text,
                   SUM(t.quantity)::float8 * %(factor)s::float8
              FROM (%(query)s) t
              JOIN unnest(%(ids)s::int[], %(periods)s::text[], %(lengths)s::interval[],
                          %(alone)s::bool[], %(below)s::bool[])
                AS kind(component_id, period, length, alone, below)
             USING (component_id)
             CROSS JOIN LATERAL (SELECT %(day)s AS day) day
             WHERE day.day BETWEEN %(start)s AND %(end)s
             GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
            """,
            query=query,
            factor=trials.factor,
            day=day,
            # what was sold before the months to come is known
            start=trials.window[0] if trials.back else date.min,
            # a longer period that ends later is not in the window
            end=trials.window[1],
            ids=components.ids,
            periods=[c.plan_id.period_kind for c in components],
            lengths=[LENGTHS[c.plan_id.period_kind] for c in components],
            alone=[c in alone for c in components],
            below=[c in below for c in components],
        )

    @api.model
    def _get_held_rows(self, components, trials):
        """Sums of the credits that stay as they are: of plans that end, what was sold
        before; of other versions, what running totals go on from; before months to
        come, all that is known."""
        family = self._get_family(components)
        if trials.back:
            kept = components | family
            condition = SQL("c.date < %s", trials.window[0])
        else:
            kept = trials.ended.component_ids | (family - components)
            condition = SQL("c.sold < %s", trials.start)
        if not kept:
            return []
        query = SQL(
            """SELECT c.* FROM sales_commission_credit c
                WHERE c.component_id = ANY(%s) AND %s AND c.date_to >= %s""",
            kept.ids,
            condition,
            periods.period_of(trials.window[0], "year").first,
        )
        plain = trials._replace(back=0, factor=Decimal(1))
        return self.env.execute_query(self._get_sum_sql(kept, query, plain))

    @api.model
    def _get_family(self, components):
        """Components of other versions whose credits running totals go on from."""
        running = components.filtered(lambda c: c._asks_before())
        roots = running.root_id | running.filtered(lambda c: not c.root_id)
        return running.search(
            ["|", ("id", "in", roots.ids), ("root_id", "in", roots.ids)]
        )

    # --- what it pays -----------------------------------------------------------------

    @api.model
    def _price_rows(self, components, rows, trials, keys=None):
        """:param keys: only these, and those that look at them; None for all"""
        books = self.with_context(
            **{KEY: self._suppose_pricing(components, rows, trials)}
        )
        earnings = books.env["sales.commission.earning"]
        first, last = trials.window
        names = list(SUMMED)
        sums = {}
        for row in rows:
            row = dict(zip(names, row, strict=True))
            key = earnings._get_key(row)
            if first <= row["date_to"] <= last:
                amount, quantity = sums.get(key, (Decimal(0), 0.0))
                sums[key] = (
                    amount + Decimal(row["amount"] or 0),
                    quantity + (row["quantity"] or 0.0),
                )
        asked = set(sums) if keys is None else keys
        asked = earnings._with_dependent_keys(asked) if asked else asked
        priceable = self._get_priceable(components, asked, sums, rows)
        by_id = components.with_env(books.env)
        days = {trial.plan: (trial.first, trial.last) for trial in trials.plans}
        with self._dated(days):
            return {
                earnings._get_key(row): Simulated(
                    priced.amount, row["date_to"], standing
                )
                for row, priced, standing in earnings._price(by_id, priceable)
                if first <= row["date_to"] <= last
            }

    @api.model
    def _get_priceable(self, components, keys, sums, rows):
        """As of ``earning._get_priceable``, with nothing booked."""
        kinds = {c.id: c.plan_id.period_kind for c in components}
        return [
            {
                "component_id": key[0],
                "employee_id": key[1],
                "level": key[2],
                "date_from": key[3],
                "date_to": periods.period_of(key[3], kinds[key[0]]).last,
                "credited": str(sums.get(key, (0, 0))[0]),
                "quantity": str(round(Decimal(repr(sums.get(key, (0, 0.0))[1])), 9)),
                "credit_count": 0,
                "booked": "0",
                "revision": 0,
                "credit_mark": 0,
            }
            for key in sorted(keys)
            if key[0] in kinds
        ]

    @api.model
    def _suppose_pricing(self, components, rows, trials):
        return (
            Supposition()
            .with_table("sales_commission_credit", arrays_sql(SUMMED, rows))
            .with_table("sales_commission_assignment", self._get_members_sql(trials, 0))
            .with_table("sales_commission_plan", self._get_plans_sql(trials))
            .with_table("sales_commission_quota", trials.targets)
        )

    @api.model
    def _get_plans_sql(self, trials):
        """The plans, on the days on which they are supposed to hold."""
        days = [(t.plan.id, t.first, t.last) for t in trials.plans]
        days += [
            (plan.id, plan.date_from, trials.start - timedelta(days=1))
            for plan in trials.ended
            if not plan.date_to or plan.date_to >= trials.start
        ]
        return SQL(
            """
            SELECT plan.id, plan.company_id, plan.root_id, plan.version, plan.state,
                   COALESCE(days.date_from, plan.date_from) AS date_from,
                   CASE WHEN days.id IS NULL THEN plan.date_to ELSE days.date_to END
                       AS date_to
              FROM sales_commission_plan plan
              LEFT JOIN (%s) days ON days.id = plan.id
            """,
            arrays_sql(PLAN_DAYS, days),
        )

    @api.model
    def _get_members_sql(self, trials, back):
        """Who takes part, so many months earlier."""
        names = list(MEMBER)
        members = []
        for trial in trials.plans:
            for row in trial.members:
                row = {
                    **row,
                    "plan_id": trial.plan.id,
                    "date_from": _shift(row["date_from"], -back),
                    "date_to": _shift_last(row["date_to"], -back),
                }
                members.append([row[name] for name in names])
        columns = SQL(", ").join(map(SQL.identifier, names))
        return SQL(
            """
            SELECT id, %(columns)s FROM sales_commission_assignment
             WHERE plan_id != ALL(%(plans)s)
             UNION ALL
            SELECT NULL, %(columns)s FROM (%(members)s) members
            """,
            columns=columns,
            plans=[trial.plan.id for trial in trials.plans],
            members=arrays_sql(MEMBER, members),
        )

    @contextmanager
    def _dated(self, days):
        """Within it plans hold on other days than they say. Only what is read of them
        is: nothing waits to be written.

        :param days: ``{plan: (first, last or None)}``
        """
        plans = self.env["sales.commission.plan"].union(*days)
        own = [plans._fields[name] for name in ("date_from", "date_to")]
        before = [(plan, [plan[field.name] or None for field in own]) for plan in plans]
        try:
            for plan, held in days.items():
                for field, day in zip(own, held, strict=True):
                    field._update_cache(plan, day)
            yield
        finally:
            for plan, held in before:
                for field, day in zip(own, held, strict=True):
                    field._update_cache(plan, day)


class SalesCommissionComponent(models.Model):
    _inherit = "sales.commission.component"

    def _counts_when_sold(self):
        """Whether all that counts on a day was sold on it: what was sold before the
        days that are asked for cannot matter then."""
        measure = self.measure_id
        return self.basis == "scorecard" or (
            measure.source in ("invoice_line", "order_line")
            and self.refund_period == "original"
            and not measure._counts_documents()
            and not self._counts_sales_back()
        )


def _shift(day, months):
    return day and fields.Date.add(day, months=months)


def _shift_last(day, months):
    """The last day of a month stays the last one."""
    if not day:
        return day
    return _shift(day + timedelta(days=1), months) - timedelta(days=1)


def _until(plan, last, end):
    """No sale after the last measuring period that is asked for has to be looked at."""
    end = periods.period_of(end, plan.period_kind).last
    return min(last, end) if last else end
