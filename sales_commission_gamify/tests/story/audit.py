"""Do the books agree with the reference accountant, and with each other?"""

from collections import defaultdict
from datetime import date

from .accountant import Accountant
from .audit_payout import PayoutAudit
from .numbers import exact, total


def say(key):
    component, payee, level, first = key
    plan = component.plan_id
    text = f"{plan.name} v{plan.version}, {component.name}, {payee.name}"
    return f"{text}, level {level}, {first:%B %Y}"


def group_by_key(rows):
    found = defaultdict(list)
    for row in rows:
        key = row.component_id, row.employee_id, row.level, row.date_from
        found[key].append(row)
    return found


class Audit(PayoutAudit):
    """Each question returns complaints, none when all is well."""

    # A pay period that no story comes to.
    LAST_DAY = date(2026, 8, 31)

    def __init__(self, env, company):
        env.flush_all()
        env.invalidate_all()
        self.env = env(su=True, context={**env.context, "active_test": False})
        self.company = company
        self.accountant = Accountant(self.env, company)

    def ask_all(self):
        credited, owed = self.accountant.count()
        return [
            *self.ask_runs(),
            *self.ask_ledger(credited, owed),
            *self.ask_statements(owed),
            *self.ask_payable(),
            *self.ask_payout(),
        ]

    def _search(self, model, *domain):
        return self.env[f"sales.commission.{model}"].search(
            [("company_id", "=", self.company.id), *domain], order="id"
        )

    def ask_runs(self):
        return [
            f"The computation of {run.document_names} failed: {run.error}"
            for run in self._search("run", ("state", "=", "failed"))
        ]

    # --- the ledger -------------------------------------------------------------------

    def ask_ledger(self, credited, owed):
        """What is credited, earned and summed up, against what is owed."""
        books = {
            "credited": (self._sum("credit"), credited),
            "earned": (self._sum("earning"), owed),
            "summed up as earned": (self._sum("attainment", "earned"), owed),
        }
        for word, (booked, expected) in books.items():
            for key in sorted(booked.keys() | expected.keys(), key=say):
                ours, theirs = expected.get(key, 0), booked.get(key, 0)
                if ours != theirs:
                    yield (
                        f"{say(key)}: {float(theirs):.2f} is {word}, the documents say "
                        f"{float(ours):.2f}"
                    )

    def _sum(self, model, name="amount"):
        return {
            key: total(exact(row[name]) for row in rows)
            for key, rows in group_by_key(self._search(model)).items()
        }

    # --- statements -------------------------------------------------------------------

    def ask_statements(self, owed):
        """What statements say and what is on none is what is owed, per payee and
        period; each adds up, and what is to be paid or recovered is passed on."""
        lines = self._search("statement.line", ("kind", "=", "earning"))
        yield from self._ask_lines(lines)
        said, open_ = group_by_key(lines), self._get_open()
        for key in sorted(said.keys() | open_.keys() | owed.keys(), key=say):
            paid = total(exact(line.amount) for line in said.get(key, ()))
            left = open_.get(key, 0)
            if paid + left != owed.get(key, 0):
                yield (
                    f"{say(key)}: statements say {float(paid):.2f} and "
                    f"{float(left):.2f} is open, the documents say "
                    f"{float(owed.get(key, 0)):.2f}"
                )

    def _get_open(self):
        """``{key: what is on no statement}``, held back or not."""
        earned, payable = self._search("earning"), self._search("payable")
        waiting = earned.filtered(lambda row: row.plan_id._has_payable_rule())
        counted = (
            ((earned - waiting).filtered(lambda row: not row.statement_line_ids), 1),
            (payable.filtered(lambda row: not row.statement_line_ids), 1),
            (waiting, 1),
            (payable, -1),
        )
        left = defaultdict(int)
        for rows, sign in counted:
            for key, some in group_by_key(rows).items():
                left[key] += sign * total(exact(row.amount) for row in some)
        return left

    def ask_payable(self):
        """Computed as of a day after the story, and as of the first month that is open,
        is what was made payable in many steps what the documents say is payable on that
        day? What is computed for that is undone."""
        months = self._search(
            "period", ("state", "=", "open"), ("date_to", "<=", self.LAST_DAY)
        ).sorted("date_from")
        for last in [*months[:1].mapped("date_to"), self.LAST_DAY]:
            yield from self._ask_payable_by(last)

    def _ask_payable_by(self, last):
        expected = self.accountant.tell_payable(last)
        paid_later = self._search("payable", ("date", ">", last)).filtered(
            "statement_line_ids"
        )
        left_alone = group_by_key(paid_later).keys()
        with self.env.cr.savepoint() as savepoint:
            period = self.env["sales.commission.period"]._get_for(self.company, last)
            done = period.statement_ids.filtered(lambda row: row.state != "draft")
            done = done.employee_id
            self.env["sales.commission.statement"]._compute_drafts(period)
            booked = self._sum("payable")
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        for key in sorted(booked.keys() | expected.keys(), key=say):
            _component, payee, _level, first = key
            if first > last or payee in done or key in left_alone:
                continue
            ours, theirs = expected.get(key, 0), booked.get(key, 0)
            if ours != theirs:
                yield (
                    f"{say(key)}: {float(theirs):.2f} was made payable by {last}, the "
                    f"documents say {float(ours):.2f}"
                )

    def _ask_lines(self, lines):
        for line in lines:
            rows = [*line.earning_ids, *line.payable_ids]
            earned = total(exact(row.amount) for row in rows)
            if earned != exact(line.amount):
                yield (
                    f"{line.statement_id.name}: a line says {line.amount:.2f}, its "
                    f"earnings are {float(earned):.2f}"
                )
            if any(
                row.employee_id != line.employee_id or len(row.statement_line_ids) > 1
                for row in rows
            ):
                yield f"{line.statement_id.name}: a line pays what is not its own"


class Rebuild:
    """Judging everything anew must add nothing."""

    MODELS = (
        "account.move",
        "sale.order",
        "sales.commission.achievement",
        "sales.commission.earning",
    )

    def __init__(self, env, company):
        self.env = env(su=True, context={**env.context, "active_test": False})
        self.company = company

    def ask(self):
        before = {model: self._get_rows(model) for model in ("credit", "earning")}
        runs = self.env["sales.commission.run"]
        mine = [("company_id", "=", self.company.id)]
        for model in self.MODELS:
            runs._run_documents(model, self.env[model].search(mine).ids)
        plans = self.env["sales.commission.plan"].search(
            [*mine, ("state", "!=", "draft")]
        )
        runs._sweep_company(plans)
        for model, rows in before.items():
            for row in self._get_rows(model) - rows:
                key = row.component_id, row.employee_id, row.level, row.date_from
                yield f"{say(key)}: a rebuild adds a {model} of {row.amount:.2f}"
        yield from self._ask_draws(mine)

    def _ask_draws(self, mine):
        moved = self.env["sales.commission.draw.movement"]
        before = moved.search(mine)
        self.env["sales.commission.statement"].search(mine)._book_draws()
        for row in moved.search(mine) - before:
            yield f"{row.employee_id.name}: {row.amount:.2f} of a draw are booked again"

    def _get_rows(self, model):
        return self.env[f"sales.commission.{model}"].search(
            [("company_id", "=", self.company.id)]
        )
