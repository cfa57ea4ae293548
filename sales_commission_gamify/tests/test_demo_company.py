from ast import literal_eval
from collections import defaultdict
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import TransactionCase, tagged

from ..demo import company, forecast, game, people, plans, visits
from ..demo.timeline import Timeline

SCALE = 0.08
CENT = Decimal("0.01")
# One day in each month of a quarter; a first and a last day of a month, a leap day.
TODAYS = (date(2026, 7, 1), date(2027, 3, 31), date(2028, 2, 29))


def exact(amount):
    return Decimal(str(amount)).quantize(CENT)


@tagged("post_install", "-at_install")
class TestDemoStory(TransactionCase):
    """The story needs no database; it holds what the company is known for."""

    def test_same_day_tells_same_story(self):
        for today in TODAYS:
            timeline = Timeline(today)
            first = forecast.tell_growing(timeline, SCALE)
            self.assertTrue(first)
            self.assertEqual(forecast.tell_growing(timeline, SCALE), first)

    def test_nothing_happens_after_today(self):
        for today in TODAYS:
            for sale in forecast.tell_growing(Timeline(today), SCALE):
                events = (sale, sale.refund or sale, sale.payment or sale)
                self.assertLessEqual(max(event.date for event in events), today)

    def test_payouts_rise_and_points_leave_room_for_those_of_the_game(self):
        for today in TODAYS:
            timeline = Timeline(today)
            sales = forecast.tell_growing(timeline, 1.0)
            growth = forecast.compute_growth(timeline, sales)
            self.assertAlmostEqual(growth, forecast.GROWTH, delta=Decimal("0.003"))
            points = forecast.compute_points(timeline, sales)
            for month in timeline.closed_months:
                self.assertTrue(43_000 <= points[month] <= 51_500, (today, points))

    def test_31_sales_people_with_logins_that_exist(self):
        self.assertEqual(len(people.BY_LOGIN), 31)
        logins = {*people.BY_LOGIN, people.ACCOUNTANT.login}
        self.assertLessEqual(
            {login for _role, login, _pw, _click in company.LOGINS}, logins
        )


@tagged("post_install", "-at_install")
class TestDemoCompany(TransactionCase):
    """A small demo company, checked against Odoo's own documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Spanish terms of all modules take seconds and change no figure.
        cls.startClassPatcher(patch.object(company, "_load_translations"))
        company.build(cls.env, SCALE)
        cls.company = cls.env.company
        cls.timeline = Timeline(date.today())
        cls.sales = forecast.tell_growing(cls.timeline, SCALE)
        cls.documents = cls.env["account.move"].search(
            [
                ("company_id", "=", cls.company.id),
                ("move_type", "in", ("out_invoice", "out_refund")),
            ]
        )
        cls.invoices = cls.documents.filtered(lambda m: m.move_type == "out_invoice")
        cls.plans = cls.env["sales.commission.plan"].search([("state", "!=", "draft")])
        cls.statements = cls.env["sales.commission.statement"].search([])
        cls.chains = {}

    def _get_employee(self, login):
        employees = self.env["hr.employee"].with_context(active_test=False)
        return employees.search([("user_id.login", "=", login)])

    def _get_credited_lines(self, component):
        """``(payee, level, day, sale, amount)`` of each line that counts."""
        plan = component.plan_id
        lines = self.documents.invoice_line_ids.filtered_domain(
            Domain(literal_eval(component.domain))
        )
        for line in lines:
            move = line.move_id
            sale = move.reversed_entry_id or move
            dated = sale if component.refund_period == "original" else move
            day = dated.invoice_date
            if day < plan.date_from or (plan.date_to and day > plan.date_to):
                continue
            levels = self._get_levels(component, sale.invoice_user_id.login)
            for assignment in plan.assignment_ids:
                level = levels.get(assignment.employee_id)
                if (
                    level in component.rate_ids.mapped("level")
                    and assignment.date_from <= day
                    and not (assignment.date_to and assignment.date_to < day)
                ):
                    yield assignment.employee_id, level, day, sale, -exact(line.balance)

    def _get_levels(self, component, login):
        """``{payee: how far above who sold}``, the seller alone or all above too."""
        if login not in self.chains:
            person = self._get_employee(login)
            self.chains[login] = chain = []
            while person:
                chain.append(person)
                person = person.parent_id
        chain = self.chains[login]
        above = chain if component.credited_to == "hierarchy" else chain[:1]
        return {person: steps for steps, person in enumerate(above)}

    def _group_by_period(self, component):
        """``{(payee, level, first day): {sale: [amounts]}}``"""
        months = {"month": 1, "quarter": 3}[component.plan_id.period_kind]
        periods = defaultdict(lambda: defaultdict(list))
        for line in self._get_credited_lines(component):
            payee, level, day, sale, amount = line
            first = day.replace(day=1, month=(day.month - 1) // months * months + 1)
            periods[payee, level, first][sale].append(amount)
        return periods

    def _pay(self, component, level, by_sale, before):
        """The component's rules in plain words."""
        if level:
            rate = component.rate_ids.filtered(lambda rate: rate.level == level)
            percent = Decimal(str(rate.percent)) / 100
            total = sum(map(sum, by_sale.values()))
            return (total * percent).quantize(CENT, ROUND_HALF_UP)
        net = self._pay_rates(component, by_sale.values(), before)
        sold = [[a for a in amounts if a > 0] for amounts in by_sale.values()]
        if component.floor and any(sold):
            lifted = self._pay_rates(component, sold, before)
            net += max(exact(component.floor) - lifted, Decimal(0))
        if component.cap_per_period:
            net = min(net, exact(component.cap_per_period))
        return net.quantize(CENT, ROUND_HALF_UP)

    def _pay_rates(self, component, amounts_by_sale, before):
        sales = [amount for amount in map(sum, amounts_by_sale) if amount]
        if component.lookup == "document":
            cap = exact(component.cap_per_document)
            return sum(
                (min(self._pay_table(component, sale), cap) for sale in sales),
                Decimal(0),
            )
        if component.lookup == "count":
            count = sum(1 if sale > 0 else -1 for sale in sales)
            reached = component.rate_ids.filtered(lambda rate: rate.bound <= count)
            return exact(reached.sorted("bound")[-1:].fixed)
        total = sum(sales, Decimal(0))
        if component.lookup == "running":
            paid = self._pay_table(component, before)
            return self._pay_table(component, before + total) - paid
        return self._pay_table(component, total)

    def _pay_table(self, component, amount):
        rates = component.rate_ids.sorted("bound")
        bounds = [exact(rate.bound) for rate in rates]
        percents = [Decimal(str(rate.percent)) / 100 for rate in rates]
        size = abs(amount)
        if component.application == "retroactive":
            reached = sum(1 for bound in bounds if bound <= size)
            pay = size * percents[reached - 1]
        else:
            ends = [*bounds[1:], size]
            pay = sum(
                max(min(end, size) - bound, Decimal(0)) * percent
                for bound, end, percent in zip(bounds, ends, percents, strict=True)
            )
        return pay if amount >= 0 else -pay

    # --- documents --------------------------------------------------------------

    def test_invoices_are_the_story(self):
        told = sorted(
            (
                sale.date,
                sale.seller,
                forecast.compute_amounts(sale, lambda key: True)[0].quantize(CENT),
            )
            for sale in self.sales
        )
        posted = self.invoices.filtered(lambda move: move.state == "posted")
        made = sorted(
            (move.invoice_date, move.invoice_user_id.login, exact(move.amount_untaxed))
            for move in posted
        )
        self.assertEqual(made, told)
        self.assertEqual(set(self.documents.mapped("state")), {"posted"})

    def test_orders_are_backdated_and_invoiced(self):
        for invoice in self.invoices:
            order = invoice.line_ids.sale_line_ids.order_id
            self.assertEqual(order.date_order.date(), invoice.invoice_date)
            self.assertEqual(order.state, "sale")

    def test_refunds_and_payments_as_told(self):
        refunds = self.documents - self.invoices
        told = [sale for sale in self.sales if sale.refund]
        self.assertEqual(
            sorted(refunds.mapped("invoice_date")),
            sorted(sale.refund.date for sale in told),
        )
        self.assertLessEqual(
            {"not_paid", "paid"}, set(self.invoices.mapped("payment_state"))
        )
        for refund in refunds:
            sale = refund.reversed_entry_id
            self.assertLessEqual(refund.amount_untaxed, sale.amount_untaxed)
            self.assertEqual(refund.invoice_user_id, sale.invoice_user_id)

    # --- ledger -----------------------------------------------------------------

    def test_ledger_says_what_the_invoices_say(self):
        attainments = self.env["sales.commission.attainment"].search([])
        held = {
            (row.component_id, row.employee_id, row.level, row.date_from): (
                exact(row.credited),
                exact(row.earned),
            )
            for row in attainments
        }
        said = {}
        for component in self.plans.component_ids:
            before = defaultdict(Decimal)
            periods = self._group_by_period(component)
            for payee, level, first in sorted(periods, key=lambda key: key[2]):
                by_sale = periods[payee, level, first]
                quarter = payee, first.year, (first.month - 1) // 3
                pay = self._pay(component, level, by_sale, before[quarter])
                credited = sum(sum(amounts) for amounts in by_sale.values())
                before[quarter] += credited
                said[component, payee, level, first] = credited, pay
        self.assertTrue(said)
        self.assertEqual(held, said)

    def test_credits_and_earnings_add_up_to_the_attainments(self):
        key = ["component_id", "employee_id", "level", "date_from:day"]
        for model, field in (("credit", "credited"), ("earning", "earned")):
            groups = self.env[f"sales.commission.{model}"]._read_group(
                [], key, ["amount:sum"]
            )
            sums = {tuple(group[:-1]): exact(group[-1]) for group in groups}
            rows = self.env["sales.commission.attainment"].search([])
            held = {
                (row.component_id, row.employee_id, row.level, row.date_from): exact(
                    row[field]
                )
                for row in rows
            }
            some = {key: amount for key, amount in held.items() if amount}
            self.assertEqual({k: a for k, a in sums.items() if a}, some, model)

    def test_payouts_are_the_forecast(self):
        groups = self.env["sales.commission.earning"]._read_group(
            [], ["date_to:day"], ["amount:sum"]
        )
        earned = defaultdict(Decimal)
        for day, amount in groups:
            earned[self.timeline.month_of(day)] += exact(amount)
        told = forecast.compute_payouts(self.timeline, self.sales)
        self.assertEqual(dict(earned), {m: a for m, a in told.items() if a})

    def test_points_are_what_the_invoices_are_worth(self):
        points = defaultdict(int)
        for rule in self.plans.component_ids.point_rule_ids:
            per_unit = Decimal(str(rule.points_per_unit))
            credited = defaultdict(Decimal)
            for line in self._get_credited_lines(rule.component_id):
                payee, _level, day, sale, amount = line
                credited[payee, day, sale] += amount
            for (payee, day, _sale), amount in credited.items():
                worth = int(per_unit * amount)
                worth += rule.points_per_document if amount > 0 else 0
                points[payee, day.replace(day=1)] += worth
        held = defaultdict(int)
        of_plans = [("rule_id.component_id", "!=", False)]
        for point in self.env["sales.commission.point"].search(of_plans):
            held[point.employee_id, point.date.replace(day=1)] += point.points
        self.assertEqual(
            {key: n for key, n in held.items() if n},
            {key: n for key, n in points.items() if n},
        )
        by_month = defaultdict(int)
        for (_payee, first), number in held.items():
            by_month[self.timeline.month_of(first)] += number
        told = forecast.compute_points(self.timeline, self.sales)
        self.assertEqual(dict(by_month), dict(told))

    def test_points_beside_the_plans_are_few(self):
        """They make the game, most of the 55,000 a month come from sales."""
        points = self.env["sales.commission.point"]
        beside = points.search([("kind", "in", ["rule", "thanks"])]).filtered(
            lambda row: not row.rule_id.component_id
        )
        self.assertEqual(set(beside.mapped("kind")), {"rule", "thanks"})
        by_month = defaultdict(int)
        for point in beside:
            by_month[self.timeline.month_of(point.date)] += point.points
        for month in self.timeline.closed_months:
            self.assertTrue(0 < by_month[month] < 3_500, (month, by_month[month]))

    def test_program_says_what_the_company_is_known_for(self):
        """94 % look at their figures, 55,000 points a month."""
        program = self.env["sales.commission.program"].with_user(
            self.env["res.users"].search([("login", "=", "carmen")])
        )
        page = program.get_program()
        self.assertEqual(page["adoption"]["percent"], 94)
        self.assertEqual(
            (page["adoption"]["looked"], page["adoption"]["payees"]), (29, 31)
        )
        self.assertEqual(
            {row["name"] for row in page["adoption"]["missing"]},
            {people.BY_LOGIN[login].name for login in visits.NEVER},
        )
        self.assertEqual(page["points"]["a_month"], 55_000)
        for month in self.timeline.closed_months:
            one = program.get_program({"date": self.timeline.last(month), "months": 1})
            self.assertEqual(one["points"]["given"], game.BUDGET, month)
        lines = self.statements.line_ids
        halves = [
            sum(
                exact(line.amount)
                for line in lines
                if self.timeline.month_of(line.statement_id.period_date) in months
            )
            for months in (range(-6, -3), range(-3, 0))
        ]
        self.assertEqual(exact(page["payouts"]["before"]), halves[0])
        self.assertEqual(exact(page["payouts"]["amount"]), halves[1])

    def test_badges_and_thanks_are_there(self):
        awards = self.env["sales.commission.award"].search([])
        self.assertGreaterEqual(len(awards.badge_id), 4)
        ana = awards.employee_id.filtered(lambda payee: "Ana" in payee.name)
        self.assertTrue(ana.badge_ids)
        self.assertEqual(self.env["sales.commission.thanks"].search_count([]), 12)

    def test_computing_again_changes_nothing(self):
        before = self.env["sales.commission.credit"].search_count([])
        run = self.env["sales.commission.run"]._run_plans(self.plans, "manual")
        self.assertEqual((run.credit_count, run.earning_count), (0, 0))
        self.assertEqual(self.env["sales.commission.credit"].search_count([]), before)
        failed = self.env["sales.commission.run"].search([("state", "=", "failed")])
        self.assertFalse(failed)

    # --- statements -------------------------------------------------------------

    def test_statements_add_up(self):
        self.assertTrue(self.statements)
        for statement in self.statements:
            lines = statement._get_earned_lines()
            for line in lines:
                paid = line.earning_ids or line.payable_ids
                self.assertTrue(paid)
                self.assertEqual(
                    exact(line.amount), sum(exact(row.amount) for row in paid)
                )
            self.assertEqual(
                exact(statement.amount_earned),
                sum(exact(line.amount) for line in lines),
            )
            draws = statement.line_ids - lines
            advanced = sum(map(exact, draws.mapped("draw_advanced")), Decimal(0))
            recovered = sum(map(exact, draws.mapped("draw_recovered")), Decimal(0))
            self.assertEqual(exact(statement.amount_draw), advanced - recovered)
            self.assertEqual(
                exact(statement.amount_earned)
                + exact(statement.amount_draw)
                + exact(statement.amount_opening),
                exact(statement.amount_payable) + exact(statement.amount_closing),
            )

    def test_the_new_hire_has_a_draw(self):
        """Her first statements top up what she earned, by days when she joined."""
        lines = self.statements.line_ids.filtered(
            lambda line: (
                line.kind == "draw"
                and line.employee_id == self._get_employee("irene")
                and line.draw_amount
            )
        )
        self.assertTrue(any(lines.mapped("draw_advanced")))
        self.assertLess(lines.sorted("date_from")[0].draw_amount, 900)
        for line in lines:
            self.assertGreaterEqual(
                exact(line.draw_earned) + exact(line.amount), exact(line.draw_amount)
            )

    def test_statements_hold_all_that_was_known_when_the_month_was_closed(self):
        at_once = [plan for plan in plans.get_plans(self.timeline) if not plan.payable]
        stated = Decimal(0)
        for month in self.timeline.closed_months:
            last = self.timeline.last(month)
            of_month = self.statements.filtered(lambda s, d=last: s.period_date == d)
            lines = of_month._get_earned_lines().filtered("earning_ids")
            stated += sum(exact(amount) for amount in lines.mapped("amount"))
            told = forecast.compute_stated(self.timeline, self.sales, month, at_once)
            self.assertEqual(stated, told, month)

    def test_sprint_is_paid_as_customers_pay(self):
        """Part of it is paid out, a fifth at least is held back; both are what is
        earned."""
        [sprint] = self.plans.filtered(lambda plan: plan.payable_when == "collected")
        held = self.env["sales.commission.held"].search([("plan_id", "=", sprint.id)])
        lines = self.statements.line_ids.filtered(lambda line: line.plan_id == sprint)
        earned = self.env["sales.commission.earning"].search(
            [("plan_id", "=", sprint.id)]
        )
        self.assertEqual(
            sum(map(exact, held.mapped("amount")))
            + sum(map(exact, lines.mapped("amount"))),
            sum(map(exact, earned.mapped("amount"))),
        )
        self.assertTrue(held.filtered("amount"))

    def test_contracts_are_spread_and_months_have_passed(self):
        rows = self.env["sales.commission.deferral"].search([])
        self.assertEqual(set(rows.mapped("months")), {24})
        self.assertTrue(rows.line_ids.filtered("move_id"))
        self.assertTrue(any(rows.mapped("amount_remaining")))

    def test_last_month_is_accrued(self):
        """Expense of closed months is what they earned, by the books."""
        accrued = self.company.sales_commission_accrued_account_id
        lines = self.env["account.move.line"].search(
            [("account_id", "=", accrued.id), ("parent_state", "=", "posted")]
        )
        rows = self.env["sales.commission.accrual"].search([])
        waiting = rows.filtered(lambda row: row.move_id.state == "draft")
        self.assertEqual(
            sum(map(exact, lines.mapped("balance"))),
            sum(map(exact, waiting.mapped("amount")))
            - sum(map(exact, rows.mapped("amount"))),
        )
        self.assertTrue(rows.filtered(lambda row: row.kind == "released"))

    def test_statements_follow_from_their_inputs(self):
        confirmed = self.statements.filtered(lambda s: s.state != "draft")
        self.assertEqual(
            [
                row
                for row in confirmed._find_check_rows()
                if "changed" not in row["reason"]
            ],
            [],
        )

    def test_entries_add_up_to_their_statements(self):
        moves = self.statements.move_id
        bills = moves.filtered(lambda move: move.is_purchase_document())
        self.assertTrue(moves - bills)
        for move in moves - bills:
            payable = move.line_ids.filtered("sales_commission_statement_id")
            self.assertEqual(
                sum(exact(-line.balance) for line in payable),
                sum(
                    exact(statement.amount_payable)
                    for statement in self.statements
                    if statement.move_id == move
                ),
            )
            self.assertEqual(sum(exact(line.balance) for line in move.line_ids), 0)
            for line in payable:
                paid = line.sales_commission_statement_id.state == "paid"
                self.assertEqual(line.reconciled, paid)

    def test_agent_is_paid_by_bills_and_the_last_one_waits(self):
        nadia = self._get_employee("nadia")
        own = self.statements.filtered(lambda s: s.employee_id == nadia and s.move_id)
        self.assertTrue(all(own.mapped("has_bill")))
        self.assertTrue(own)
        latest = self.timeline.last(-2)
        for statement in own:
            bill = statement.move_id
            waits = statement.period_date == latest
            self.assertEqual(bill.state, "draft" if waits else "posted")
            self.assertEqual(bill.amount_untaxed, statement.amount_payable)
            self.assertEqual(bill.partner_id, nadia.work_contact_id)
            self.assertEqual(bill.payment_state == "paid", statement.state == "paid")
        self.assertFalse((self.statements - own).filtered("has_bill"))

    def test_every_state_shows_and_last_month_is_in_review(self):
        self.assertEqual(
            set(self.statements.mapped("state")),
            {"draft", "confirmed", "approved", "posted", "paid"},
        )
        last = self.timeline.last(-1)
        review = self.statements.filtered(lambda s: s.period_date == last)
        self.assertEqual(set(review.mapped("state")), {"draft", "confirmed"})
        self.assertEqual(max(self.statements.mapped("period_date")), last)
        running = self.env["sales.commission.period"].search(
            [("date_from", "=", self.timeline.first(0))]
        )
        self.assertEqual(running.state, "open")

    def test_somebody_else_approved(self):
        done = self.statements.filtered("approve_user_id")
        self.assertEqual(done.approve_user_id.login, "luis")
        self.assertEqual(done.confirm_user_id.login, "carmen")

    # --- cases worth showing ----------------------------------------------------

    def test_refund_of_a_paid_month_is_late_on_the_next_statement(self):
        ana = self._get_employee("ana")
        review = self.statements.filtered(
            lambda s: s.employee_id == ana and s.period_date == self.timeline.last(-1)
        )
        late = review.line_ids.filtered("is_late")
        self.assertIn(self.timeline.first(-3), late.mapped("date_from"))
        self.assertLess(sum(late.mapped("amount")), 0)

    def test_who_left_owes_and_is_paid_nothing(self):
        tyler = self._get_employee("tyler")
        self.assertFalse(tyler.active or tyler.user_id.active)
        last = self.statements.filtered(lambda s: s.employee_id == tyler)[:1]
        self.assertEqual(last.period_date, self.timeline.last(-1))
        self.assertLess(last.amount_closing, 0)
        self.assertEqual(last.amount_payable, 0)

    def test_who_joined_midway_was_not_credited_before(self):
        credit = self.env["sales.commission.credit"].search(
            [("employee_id", "=", self._get_employee("irene").id)]
        )
        joined = self.timeline.day(*people.JOINED["irene"])
        self.assertFalse(credit.filtered(lambda c: c.date < joined))

    def test_sale_of_somebody_without_employee_is_nobodys(self):
        invoice = self.invoices.filtered(
            lambda move: move.invoice_user_id.login == people.NO_EMPLOYEE.login
        )
        self.assertEqual(len(invoice), 1)
        self.assertFalse(
            self.env["sales.commission.credit"].search(
                [("document_id", "=", invoice.id)]
            )
        )

    def test_nearly_all_have_accepted_the_plans_that_run(self):
        running = self.plans.filtered(lambda plan: plan.state == "published")
        promised = {
            (plan, payee)
            for plan in running
            for payee in plan.assignment_ids.employee_id
        }
        acceptances = self.env["sales.commission.acceptance"].search([])
        accepted = {(row.plan_id, row.employee_id) for row in acceptances}
        slow = {
            (plan, payee)
            for plan, payee in promised
            if payee.user_id.login in people.SLOW_READERS
        }
        self.assertTrue(slow)
        self.assertEqual(accepted, promised - slow)
        for row in acceptances:
            self.assertEqual(row.user_id, row.employee_id.user_id)

    def test_second_company_is_refused(self):
        with self.assertRaisesRegex(UserError, company.NAME):
            company.build(self.env, SCALE)

    # --- who sees what ----------------------------------------------------------

    def _get_payees_seen_by(self, login):
        user = self.env["res.users"].search([("login", "=", login)])
        statements = self.env["sales.commission.statement"].with_user(user).search([])
        return set(statements.sudo().employee_id.user_id.mapped("login"))

    def test_everybody_sees_as_far_as_the_role_reaches(self):
        everybody = set(
            self.statements.employee_id.user_id.with_context(active_test=False).mapped(
                "login"
            )
        )
        schools = {p.login for p in people.PEOPLE if p.team == "schools"}
        self.assertEqual(self._get_payees_seen_by("carmen"), everybody)
        self.assertEqual(self._get_payees_seen_by("luis"), everybody)
        self.assertEqual(self._get_payees_seen_by("marta"), everybody & schools)
        self.assertEqual(self._get_payees_seen_by("ana"), {"ana"})
        self.assertEqual(self._get_payees_seen_by("nadia"), {"nadia"})

    def test_agent_is_a_portal_user_who_is_paid(self):
        nadia = self._get_employee("nadia")
        self.assertTrue(nadia.user_id.share)
        self.assertEqual(nadia.work_contact_id, nadia.user_id.partner_id)
        paid = self.statements.filtered(
            lambda s: s.employee_id == nadia and s.state == "paid"
        )
        self.assertTrue(paid)

    def test_admin_may_do_everything(self):
        admin = self.env.ref("base.user_admin")
        for group in people.ADMIN_GROUPS:
            self.assertTrue(admin.has_group(group), group)
