from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL

from . import test_events_people
from .test_history import HistoryCase


@tagged("post_install", "-at_install")
class TestSweepOfMany(HistoryCase):
    """Two documents are many: they are looked for by date and by what is gone."""

    def setUp(self):
        super().setUp()
        self.plan = self._create_plan(payees=self.ann + self.bob)
        self.invoices = self._sell(100, 200, 300, 400, 500)
        self._sweep()
        self._age()

    def _age(self):
        """All that there is was written, and swept, long ago."""
        self.env.flush_all()
        for table in (
            "account_move",
            "account_move_line",
            "account_partial_reconcile",
            "sales_commission_plan",
        ):
            self.cr.execute(
                SQL(
                    "UPDATE %s SET write_date = write_date - INTERVAL '5 days'",
                    SQL.identifier(table),
                )
            )
        self.cr.execute(
            "UPDATE sales_commission_plan SET swept_on = swept_on - INTERVAL '1 day'"
        )
        self.env.invalidate_all()

    def _sweep_and_watch(self):
        """The documents that are compared."""
        seen = []
        credits_ = type(self.env["sales.commission.credit"])
        real = credits_._apply

        def apply(self, components, document_ids=None, payee_ids=None):
            seen.append(components and document_ids)
            return real(self, components, document_ids, payee_ids)

        with patch.object(credits_, "_apply", apply):
            self.runs._sweep_company(self.plan)
            self.cr.precommit.run()
        self.assertNotIn(None, seen, "all that there is")
        return [document_id for ids in seen for document_id in ids]

    def test_what_was_not_credited_is_found(self):
        with self._without_commissions():
            invoice = self._invoice(1_000)
        seen = self._sweep_and_watch()
        self.assertIn(invoice.id, seen)
        self.assertEqual(len(seen), 3, "and two in turn")
        self.assertEqual(self._credited(self.ann), 2_500)
        self.assertEqual(self._earned(self.ann), 125)

    def test_line_that_was_written_is_found(self):
        """Nothing tells it on the document itself."""
        sale = self.invoices[-1]
        with self._without_commissions():
            line = sale.invoice_line_ids
            sale.button_draft()
            line.price_unit = 900
            sale.action_post()
        self.cr.execute(
            "UPDATE account_move SET write_date = '2020-01-01' WHERE id = %s", [sale.id]
        )
        self.env.invalidate_all()
        self.assertIn(sale.id, self._sweep_and_watch())

    def test_credit_note_of_an_old_sale_is_found(self):
        with self._without_commissions():
            self._refund(self.invoices[-1], amount=50, date="2026-04-02")
        self._sweep_and_watch()
        self.assertEqual(self._credited(self.ann), 1_450)

    def test_payment_is_found(self):
        """Of a plan that counts what is collected, and of no other document."""
        self.plan = self._create_plan(
            name="Collected",
            component={
                "measure_id": self.env.ref(
                    "sales_commission_gamify.measure_collected_amount"
                ).id
            },
        )
        self._schedule()
        self._sweep()
        self._age()
        with self._without_commissions():
            self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=self.invoices[-1].ids
            ).create({"payment_date": "2026-01-25"})._create_payments()
        self.cr.execute("UPDATE account_move SET write_date = '2020-01-01'")
        self.cr.execute("UPDATE account_move_line SET write_date = '2020-01-01'")
        self.env.invalidate_all()
        self.assertEqual(self._credited(self.ann, self.plan), 0)
        self._sweep_and_watch()
        self.assertEqual(self._credited(self.ann, self.plan), 500)

    def test_what_is_gone_is_found_whenever_that_was(self):
        self.cr.execute(
            "UPDATE account_move SET state = 'cancel' WHERE id = %s",
            [self.invoices[-1].id],
        )
        self.cr.execute(
            "UPDATE account_move_line SET parent_state = 'cancel' WHERE move_id = %s",
            [self.invoices[-1].id],
        )
        self.env.invalidate_all()
        self._sweep_and_watch()
        self.assertEqual(self._credited(self.ann), 1_000)
        self.assertEqual(self._earned(self.ann), 50)
        self.assertNotIn(self.invoices[-1].id, self._sweep_and_watch(), "once")

    def test_who_does_not_take_part_is_found(self):
        self.cr.execute(
            "UPDATE sales_commission_assignment SET date_to = '2026-01-14'"
            " WHERE employee_id = %s",
            [self.ann.id],
        )
        self.env.invalidate_all()
        self._sweep_and_watch()
        self.assertEqual(self._credited(self.ann), 0)
        self.assertEqual(self._earned(self.ann), 0)

    def test_rest_is_looked_through_in_turn(self):
        """What no date tells, as what the levels below got, is seen later."""
        ids = [invoice.id for invoice in self.invoices]
        self.cr.execute(
            "UPDATE res_company SET sales_commission_sweep_place = NULL WHERE id = %s",
            [self.company.id],
        )
        self.env.invalidate_all()
        seen = [self._sweep_and_watch() for _sweep in range(4)]
        self.assertEqual(seen, [ids[:2], ids[2:4], ids[4:], ids[:2]])

    def test_place_is_of_a_company_and_nobodys_to_read(self):
        self._sweep_and_watch()
        place = self.company.sudo().sales_commission_sweep_place
        self.assertEqual(place, {"account.move": self.invoices[1].id})
        officer = self.env["res.users"].with_context(no_reset_password=True).sudo()
        user = officer.create(
            {
                "name": "Officer",
                "login": "sweep_officer",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [
                    Command.link(
                        self.env.ref("sales_commission_gamify.group_officer").id
                    )
                ],
            }
        )
        with self._refused("sales_commission_sweep_place", Exception):
            self.company.with_user(user).read(["sales_commission_sweep_place"])

    def test_plan_that_was_never_swept_is_looked_for_as_a_whole(self):
        with self._without_commissions():
            self._invoice(1_000)
        self.cr.execute("UPDATE account_move SET write_date = '2020-01-01'")
        self.cr.execute("UPDATE account_move_line SET write_date = '2020-01-01'")
        self.cr.execute("UPDATE sales_commission_plan SET swept_on = NULL")
        self.env.invalidate_all()
        self.runs._sweep_company(self.plan)
        self.assertEqual(self._credited(self.ann), 2_500)

    def test_queries_do_not_grow_with_documents(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.runs._sweep_company(self.plan)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count()
        few = count()
        self._sell([1, 2, 3], [4, 5], 600, 700, 800, 900)
        self._sweep()
        self._age()
        self.assertEqual(count(), few)


@tagged("post_install", "-at_install")
class TestFiltersOfMany(test_events_people.TestFiltersOfToday):
    """What was left out stays out, what is counted stays, also here."""

    def setUp(self):
        super().setUp()
        runs = type(self.env["sales.commission.run"])
        self.startPatcher(patch.object(runs, "_has_many", return_value=True))
