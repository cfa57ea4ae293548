"""Do the books agree with the reference accountant, and with each other?"""

from collections import defaultdict
from datetime import date

from .accountant import Accountant
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


class Audit:
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
            *self.ask_entries(),
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
        lines = self._search("statement.line")
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
        yield from self._ask_balances()

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
        """Computed as of a day after the story, is what was made payable in many steps
        what the documents say is payable? What is computed for that is undone."""
        expected = self.accountant.tell_payable(self.LAST_DAY)
        if not expected:
            return
        with self.env.cr.savepoint() as savepoint:
            periods = self.env["sales.commission.period"]
            period = periods._get_for(self.company, self.LAST_DAY)
            self.env["sales.commission.statement"]._compute_drafts(period)
            booked = self._sum("payable")
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        for key in sorted(booked.keys() | expected.keys(), key=say):
            ours, theirs = expected.get(key, 0), booked.get(key, 0)
            if ours != theirs:
                yield (
                    f"{say(key)}: {float(theirs):.2f} was made payable, the documents "
                    f"say {float(ours):.2f}"
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

    def _ask_balances(self):
        """Nobody is paid more than was earned by then, nobody owes twice."""
        balance = defaultdict(int)
        statements = self._search("statement", ("state", "!=", "draft"))
        for statement in statements:
            name = f"{statement.name} of {statement.employee_id.name}"
            earned = total(exact(line.amount) for line in statement.line_ids)
            opening = exact(statement.amount_opening)
            payable = exact(statement.amount_payable)
            closing = exact(statement.amount_closing)
            if exact(statement.amount_earned) != earned:
                yield f"{name}: does not add up to its lines"
            if (payable, closing) != (
                max(earned + opening, 0),
                min(earned + opening, 0),
            ):
                yield f"{name}: pays {float(payable):.2f} and carries the wrong sum"
            balance[statement.employee_id] += earned - payable
        openings = self.env["sales.commission.statement"]._get_open_balances(
            self.company, [payee.id for payee in balance]
        )
        for payee, left in balance.items():
            if exact(openings.get(payee.id, 0)) != left:
                yield f"{payee.name}: {float(left):.2f} is not carried forward"

    # --- the accounts -----------------------------------------------------------------

    def ask_entries(self):
        """Each contact is owed in the accounts what posted statements say, once."""
        account = self.company._get_sales_commission_accounts()["payable"]
        booked, said = defaultdict(int), defaultdict(int)
        rows = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("move_id.move_type", "=", "entry"),
                ("move_id.origin_payment_id", "=", False),
            ]
        )
        for row in rows:
            booked[row.partner_id] -= exact(row.balance)
        statements = self._search("statement")
        for statement in statements - statements.filtered("move_id"):
            if statement.state in ("posted", "paid") and statement.amount_payable:
                yield f"{statement.name}: is {statement.state} without an entry"
        for statement in statements.filtered("move_id"):
            contact = statement.employee_id.work_contact_id
            said[contact] += exact(statement.amount_payable)
            line = statement.payable_line_id
            if exact(line.balance) != -exact(statement.amount_payable):
                yield f"{statement.name}: its entry says {-line.balance:.2f}"
            if statement.state not in ("posted", "paid"):
                yield f"{statement.name}: has an entry and is {statement.state}"
        for contact in booked.keys() | said.keys():
            if booked[contact] != said[contact]:
                yield (
                    f"{contact.name}: {float(booked[contact]):.2f} is booked, posted "
                    f"statements say {float(said[contact]):.2f}"
                )


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

    def _get_rows(self, model):
        return self.env[f"sales.commission.{model}"].search(
            [("company_id", "=", self.company.id)]
        )
