from collections import defaultdict
from contextlib import closing
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ...engine.draws import settle_draw
from ..design.exact import exact
from ..design.target import Target

# Lines of a trace that name the payee's quota, and the one that names his incentive.
QUOTA_LINES = ("attainment", "excess")


class SalesCommissionStatement(models.Model):
    """What a statement's inputs give, beside what it says."""

    _inherit = "sales.commission.statement"

    def _find_check_rows(self):
        """Values of a row for each figure that does not follow."""
        self = self.browse(self.ids)  # read together
        rows = []
        whole = self._is_seal_whole()
        openings = self._check_openings()
        for statement in self:
            if not statement.checksum:
                rows.append(statement._get_check_row("no_checksum"))
            elif not whole[statement]:
                rows.append(statement._get_check_row("checksum"))
            rows += statement._check_sums()
            rows += openings[statement]
        # by number: the savepoint below empties the cache that told what to prefetch
        lines = self.line_ids.browse(self.line_ids.ids)
        rows += lines._check_pricing()
        for line in lines:
            rows += line._check_own()
        order = {statement.id: at for at, statement in enumerate(self)}
        return sorted(rows, key=lambda row: order[row["statement_id"]])

    def _get_check_row(self, reason, then=0.0, now=0.0, title=None):
        return {
            "statement_id": self.id,
            "employee_id": self.employee_id.id,
            "title": title or self.name,
            "then": then,
            "now": now,
            "difference": self.currency_id.round(now - then),
            "reason": reason,
        }


class SalesCommissionStatementLine(models.Model):
    """The lines, priced anew as of then."""

    _inherit = "sales.commission.statement.line"

    def _get_check_row(self, reason, then, now):
        name = self.title or ""
        if self.kind == "earning":
            name = f"{name}, {self.period_name}"
        return self.statement_id._get_check_row(reason, then, now, name)

    def _check_own(self):
        """Against what stands on the line or right behind it."""
        money, row = self.currency_id, None
        if self.kind == "adjustment":
            row = "adjustment", self.adjustment_id.amount
        elif self.kind == "draw":
            row = "draw", self._resettle_draw()
        elif self.earning_ids or self.payable_ids:
            paid = self.earning_ids or self.payable_ids
            row = "line", money.round(sum(paid.mapped("amount")))
        if row and money.compare_amounts(self.amount, row[1]):
            return [self._get_check_row(row[0], self.amount, row[1])]
        return []

    def _resettle_draw(self):
        """What the draw's own figures give; of one that has ended, they only have to
        fit each other."""
        if not self.draw_amount:
            return self.draw_opening and self.draw_closing - self.draw_opening
        terms = self.draw_id._get_terms(exact(self.draw_amount))
        earned, owed = exact(self.draw_earned), exact(self.draw_opening)
        # whether recovery had begun that day shows in what was taken back
        for recovering in (True, False):
            settled = settle_draw(terms, earned, owed, recovering)
            amount = float(settled.advanced - settled.recovered)
            if not self.currency_id.compare_amounts(self.amount, amount):
                break
        return amount

    # --- pricing as of then -----------------------------------------------------------

    def _check_pricing(self):
        """Rows for the lines of components whose credits of then give another total
        than the one that was priced."""
        lines = self.filtered("component_id")
        lines = lines.browse(lines.ids)
        histories = lines._get_histories()
        last, rows, released = {}, [], []
        for line in lines:
            found = histories.get(line._get_check_key(), [])
            pays = line.earning_ids or line.payable_ids
            if not found or not pays:
                continue
            if line.earning_ids:
                at = max(line.earning_ids.ids)
                found = [row for row in found if row["id"] <= at]
            else:
                released.append(line)
                found = line._cut_at_release(found)
            booked = found[-1]["booked"] if found else Decimal(0)
            told = (
                Decimal(found[-1]["total"])
                if line.earning_ids and found
                else exact(line.payable_ids.sorted("id")[-1:].earned)
            )
            if booked != told:
                rows.append(line._get_check_row("earnings", float(told), float(booked)))
            if found:
                last[line] = found[-1]
        priced = self._price_as_of(last)
        for line, row in last.items():
            now, with_target = priced[line]
            then = Decimal(row["total"])
            if now != then:
                reason = "target_changed" if with_target == then else "priced"
                rows.append(line._get_check_row(reason, float(then), float(now)))
        return rows + self.browse().union(*released)._check_releases()

    def _get_check_key(self):
        return (
            self.component_id.id,
            self.employee_id.id,
            self.level,
            self.date_from,
        )

    def _get_histories(self):
        """``{key: [earnings of it, in the order of booking]}``, each with the running
        sum, of the keys of these lines."""
        keys = {line._get_check_key() for line in self}
        histories = defaultdict(list)
        if not keys:
            return histories
        earnings = self.env["sales.commission.earning"]
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT e.id, e.component_id, e.employee_id, e.level, e.date_from,
                       e.total::text AS total, e.trace, e.credit_mark, e.create_date,
                       SUM(e.amount) OVER (
                           PARTITION BY e.component_id, e.employee_id, e.level,
                                        e.date_from ORDER BY e.id) AS booked
                  FROM %s JOIN sales_commission_earning e
                 USING (component_id, employee_id, level, date_from)
                 ORDER BY e.id
                """,
                earnings._keys_sql(keys),
            )
        )
        for row in rows:
            row["booked"] = Decimal(str(row["booked"]))
            histories[earnings._get_key(row)].append(row)
        return histories

    def _get_priced(self):
        """``{line: (what the period earned, its trace)}`` as these lines have it"""
        histories = self.filtered("component_id")._get_histories()
        priced = {}
        for line in self:
            found = histories.get(line._get_check_key(), [])
            if line.earning_ids:
                last = max(line.earning_ids.ids)
                found = [row for row in found if row["id"] <= last]
            elif found and line.payable_ids:
                found = line._cut_at_release(found)
            else:
                continue
            if found:
                priced[line] = Decimal(found[-1]["total"]), found[-1]["trace"]
        return priced

    def _cut_at_release(self, history):
        """The earnings that a line of released amounts had before it."""
        release = self.payable_ids.sorted("id")[-1:]
        told = exact(release.earned)
        before = [row for row in history if row["create_date"] <= release.create_date]
        while before and Decimal(before[-1]["total"]) != told:
            before.pop()
        return before or history

    @api.model
    def _price_as_of(self, last):
        """``{line: (amount, amount with the targets that its trace names)}``

        A line was priced from the credits up to a mark. Of one payee the lines may
        have different ones, so they are taken in rounds: as many as one payee has
        marks, whatever the number of payees.

        :param last: ``{line: its last earning}``
        """
        by_payee = defaultdict(lambda: defaultdict(list))
        for line, row in last.items():
            mark = row["credit_mark"]
            # what was priced before marks were kept goes by the time
            moment = None if mark else row["create_date"]
            by_payee[line.employee_id.id][mark, moment].append(line)
        rounds = max(map(len, by_payee.values()), default=0)
        marks = {payee: list(found.items()) for payee, found in by_payee.items()}
        priced = {}
        for number in range(rounds):
            now = {
                payee: found[number]
                for payee, found in marks.items()
                if number < len(found)
            }
            lines = [line for _mark, lines in now.values() for line in lines]
            with closing(self.env.cr.savepoint()):
                self._show_credits_of_then({p: mark for p, (mark, _l) in now.items()})
                priced |= self._price_lines(lines, last)
        return priced

    @api.model
    def _show_credits_of_then(self, marks):
        """Until the savepoint is taken back, whoever reads credits finds those of
        these payees up to their marks."""
        payees = sorted(marks)
        self.env.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE sales_commission_mark AS
                SELECT * FROM unnest(%s::int[], %s::int[], %s::timestamp[])
                    AS m(employee_id, mark, moment)
                """,
                payees,
                [marks[payee][0] for payee in payees],
                [marks[payee][1] for payee in payees],
            )
        )
        self.env["sales.commission.earning"]._show_credits(
            SQL(
                "CASE WHEN m.mark IS NOT NULL THEN c.id <= m.mark"
                " ELSE c.create_date <= m.moment END"
            ),
            SQL("JOIN sales_commission_mark m ON m.employee_id = c.employee_id"),
        )

    @api.model
    def _price_lines(self, lines, last):
        # sudo: what a component pays does not depend on who asks
        earnings = self.env["sales.commission.earning"].sudo()
        components = self.env["sales.commission.component"].sudo()
        components = components.with_context(sales_commission_reread=True)
        by_key = defaultdict(list)
        for line in lines:
            by_key[line._get_check_key()].append(line)
        components = components.browse(sorted({key[0] for key in by_key}))
        by_id = {component.id: component for component in components}
        rows = earnings._get_priceable(set(by_key), components)
        facts = earnings._get_facts(components, rows)
        targets = components._get_targets({(key[0], key[1], key[3]) for key in by_key})
        priced = {}
        for row in rows:
            key = earnings._get_key(row)
            component = by_id[key[0]]
            terms = earnings._get_level_terms(component, key[2])
            target = targets[key[0], key[1], key[3]]
            now, _problem = earnings._price_one(terms, target, facts[key])
            for line in by_key[key]:
                told = self._get_target_of_then(last[line]["trace"], target)
                then, _problem = earnings._price_one(terms, told, facts[key])
                priced[line] = now.amount, then.amount
        return priced

    @api.model
    def _get_target_of_then(self, trace, target):
        """*target* with what the *trace* says it was."""
        for row in trace or ():
            if row["kind"] in QUOTA_LINES and "quota" in row:
                target = target._replace(quota=Decimal(row["quota"]))
            elif row["kind"] == "target":
                target = target._replace(incentive=Decimal(row["target"]))
        return Target(*target)

    # --- what was released ------------------------------------------------------------

    def _check_releases(self):
        """Of what was earned, as much as the plan's rule of payment lets go on the
        day of the statement."""
        by_day = defaultdict(self.browse)
        for line in self:
            by_day[line.payable_ids.sorted("id")[-1:].date] |= line
        rows = []
        for day, lines in by_day.items():
            plans = lines.plan_id.filtered(lambda p: p.payable_when == "collected")
            shares = plans and self.env["sales.commission.measure"]._read_collected(
                plans.component_ids, day, day
            )
            for line in lines:
                rows += line._check_release(shares or {})
        return rows

    def _check_release(self, shares):
        row = self.payable_ids.sorted("id")[-1:]
        plan, zero = row.plan_id, Decimal(0)
        earned, then = exact(row.earned), exact(row.total)

        def release(collected, deal):
            shares = plan._get_releases(row.date_to, row.date, collected, deal)
            return plan._get_payable(earned, zero, shares)

        now = release(*shares.get(self._get_check_key(), (zero, zero)))
        if now == then:
            return []
        trace = row.trace or {}
        told = release(*(Decimal(trace.get(name, 0)) for name in ("collected", "deal")))
        # the trace says what was collected to the cent
        near = abs(told - then) <= exact(row.currency_id.rounding)
        reason = "collected_changed" if near else "earnings"
        return [self._get_check_row(reason, float(then), float(now))]


class SalesCommissionComponent(models.Model):
    _inherit = "sales.commission.component"

    def _is_promised(self):
        """What workers remember of the rules is no proof of what is stored."""
        reread = self.env.context.get("sales_commission_reread")
        return not reread and super()._is_promised()
