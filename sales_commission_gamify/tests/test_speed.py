from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from ..models.source.invoice_measure import SalesCommissionMeasure
from .common import CommissionCase


@tagged("post_install", "-at_install")
class TestSpeed(CommissionCase):
    """What posting and crediting leave out, and that it is missed nowhere."""

    def _without_posting(self):
        return patch.object(
            type(self.env["account.move"]),
            "_sales_commission_touch",
            lambda _moves: None,
        )

    def _count(self, run):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        run()
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def _command(self, depth):
        """A plan for a line of *depth* managers above Ann."""
        people = [self.ann]
        for number in range(depth):
            people.append(self._create_payee(f"m{depth}_{number}"))
        tree = self.env["sales.commission.hierarchy"].create(
            {
                "name": f"{depth} levels",
                "company_id": self.company.id,
                "edge_ids": [
                    Command.create({"employee_id": low.id, "manager_id": high.id})
                    for low, high in zip(people, people[1:], strict=False)
                ],
            }
        )
        rates = [
            Command.create({"level": level, "bound": 0, "percent": 1})
            for level in range(1, depth + 1)
        ]
        return self._create_plan(
            payees=self.ann.union(*people[1:]),
            name=f"{depth} levels",
            component={
                "credited_to": "hierarchy",
                "hierarchy_id": tree.id,
                "rate_ids": rates,
            },
        )

    def test_statements_do_not_grow_with_levels(self):
        counts = {}
        run = self.env["sales.commission.run"].sudo()
        for depth in (1, 2, 6):
            plan = self._command(depth)
            with self._without_posting():
                invoices = [self._invoice([100, 200]) for _number in range(depth)]
            ids = [invoice.id for invoice in invoices]
            components = plan.sudo().component_ids
            counts[depth] = self._count(
                lambda components=components, ids=ids: run._run_components(
                    components, ids
                )
            )
            credits_ = self.env["sales.commission.credit"].search_count(
                [("plan_id", "=", plan.id), ("document_id", "in", ids)]
            )
            self.assertEqual(credits_, depth * depth * 2)
        # the first round fills Odoo's own caches
        self.assertEqual(counts[6], counts[2])

    def test_statements_do_not_grow_with_plans(self):
        counts = []
        for number in range(3):
            self._create_plan(name=f"Plan {number}")
            with self._without_posting():
                invoice = self._invoice([100, 200])
            counts.append(self._count(invoice._sales_commission_compute))
        self.assertEqual(counts[2], counts[1])
        self.assertEqual(self._credited(self.ann, document_id=invoice.id), 300 * 3)

    def test_events_are_read_once_for_all_who_count_them(self):
        asked = []
        real = SalesCommissionMeasure._get_event_query_invoice_line

        def count(measure, component, document_ids):
            asked.append(component.name)
            return real(measure, component, document_ids)

        self._create_plan(component={"name": "one"})
        self._create_plan(component={"name": "two", "credited_to": "everybody"})
        self._create_plan(
            component={"name": "three", "domain": "[('price_unit', '>', 150)]"}
        )
        self._create_plan(component={"name": "four", "refund_period": "own"})
        with patch.object(
            SalesCommissionMeasure, "_get_event_query_invoice_line", count
        ):
            self._invoice([100, 200])
        self.assertEqual(len(asked), 3)
        self.assertEqual(self._credited(self.ann), 300 + 300 + 200 + 300)

    def test_first_plan_is_noticed(self):
        """That no plan counts invoices is remembered only until one does."""
        run = self.env["sales.commission.run"].sudo()
        self.assertFalse(run._has_plans("account.move"))
        self._invoice(1000)
        self._create_plan(publish=False)
        self.assertFalse(run._has_plans("account.move"))
        self.env["sales.commission.plan"].search([]).action_publish()
        self.assertTrue(run._has_plans("account.move"))
        self._invoice(500)
        self.assertEqual(self._credited(self.ann), 1500)

    def test_rules_of_a_draft_are_not_remembered(self):
        plan = self._create_plan(publish=False)
        component = plan.component_ids
        before = component._get_terms()
        component.rate_ids.percent = 8
        self.assertNotEqual(component._get_terms(), before)
        plan.action_publish()
        self._invoice(1000)
        self.assertEqual(self._earned(self.ann), 80)

    def test_what_a_form_shows_is_not_remembered(self):
        component = self._create_plan().component_ids
        terms = component._get_terms()
        for cap in (7, 9):
            shown = component.new({"cap_per_period": cap}, origin=component)
            self.assertEqual(shown._get_terms().cap_per_period, cap)
        self.assertEqual(component._get_terms(), terms)

    def test_version_that_vanished_is_not_remembered(self):
        plan = self._create_plan(component={"lookup": "running"})
        savepoint = self.cr.savepoint()
        version = plan._create_version(fields.Date.to_date("2026-06-01"))
        version.action_publish()
        self._invoice(1000)
        savepoint.close(rollback=True)
        self.env.invalidate_all(flush=False)
        self._invoice(500)
        self.assertEqual(self._earned(self.ann), 25)
        draft = plan._create_version(fields.Date.to_date("2026-06-01"))
        self._invoice(500)
        draft.unlink()
        self._invoice(500)
        self.assertEqual(self._earned(self.ann), 75)

    def test_posting_prices_what_it_credits_and_no_more(self):
        """What somebody left for the sweep is not paid for by who posts next."""
        plan = self._create_plan(payees=self.ann | self.bob)
        self._invoice(1000, payee=self.bob)
        attained = self.env["sales.commission.attainment"].sudo()
        attained._mark_stale({(plan.component_ids.id, self.bob.id, 0, JANUARY)})
        bob = attained.search([("employee_id", "=", self.bob.id)])
        self._invoice(1000)
        bob.invalidate_recordset()
        self.assertEqual(bob.credit_count, -1)
        self.env["sales.commission.run"].sudo()._sweep_company(plan)
        bob.invalidate_recordset()
        self.assertEqual(bob.credit_count, 1)

    def test_plan_reads_the_days_it_holds_and_what_takes_them_back(self):
        """As many credits for the whole as for each document: the credit note of March
        belongs to the sale of January, that of January to the sale of December."""
        with self._without_posting():
            january = self._invoice(1000, date="2026-01-31")
            moves = self._refund(january, 300, date="2026-03-20")
            december = self._invoice(400, date="2025-12-31")
            moves |= self._refund(december, date="2026-01-10")
            moves |= self._invoice(70, date="2026-02-01") | january | december
        plan = self._create_plan(date_to="2026-01-31")
        self.assertEqual(self._credited(self.ann), 700)
        before = self.env["sales.commission.credit"].search_count([])
        moves._sales_commission_compute()
        self.assertEqual(self.env["sales.commission.credit"].search_count([]), before)
        dates = self.env["sales.commission.credit"].search([]).mapped("date_from")
        self.assertEqual(set(dates), {JANUARY})
        self.assertEqual(plan.component_ids.plan_state, "published")

    def test_periods_are_those_of_the_engine(self):
        """PostgreSQL finds the period of a day as the engine does."""
        for kind in ("month", "quarter", "year"):
            plan = self._create_plan(period_kind=kind, name=kind)
            self._invoice(100, date="2026-02-28")
            credit = self.env["sales.commission.credit"].search(
                [("plan_id", "=", plan.id)], limit=1, order="id desc"
            )
            [period] = plan._get_periods(credit.date, credit.date)
            self.assertEqual((credit.date_from, credit.date_to), tuple(period))


JANUARY = fields.Date.to_date("2026-01-01")
