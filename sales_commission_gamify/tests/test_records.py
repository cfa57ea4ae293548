from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .measures import MeasureCase


@tagged("post_install", "-at_install")
class TestRecords(MeasureCase):
    """Any stored model with a day and an owner: here activities, attachments,
    payments and products of Odoo itself."""

    def _measure(self, model, date, owner, adds=None, **vals):
        fields = self.env["ir.model.fields"].sudo()
        return self.env["sales.commission.measure"].create(
            {
                "name": f"Any {model}",
                "source": "record",
                "value": "amount" if adds else "documents",
                "model_id": self.env["ir.model"].sudo()._get_id(model),
                "date_field_id": fields._get(model, date).id,
                "owner_path": owner,
                "value_field_id": adds and fields._get(model, adds).id,
                **vals,
            }
        )

    def _log(self, payee, day="2026-01-15", hours=2.0, **vals):
        """Some record with a day and a user: an order nobody confirmed."""
        return (
            self.env["sale.order"]
            .sudo()
            .create(
                {
                    "partner_id": self.partner_a.id,
                    "company_id": self.company.id,
                    "user_id": payee.user_id.id,
                    "validity_date": day,
                    **vals,
                }
            )
        )

    def test_counted_by_the_sweep_and_by_hand(self):
        measure = self._measure(
            "res.partner", "create_date", "user_id", domain="[('ref', '=', 'lead')]"
        )
        plan = self._count(measure, date_from="2020-01-01")
        partner = self.env["res.partner"].create(
            {"name": "Lead", "ref": "lead", "user_id": self.ann.user_id.id}
        )
        self.assertEqual(self._credited(self.ann, plan), 0)
        self._sweep(plan)
        self.assertEqual(self._credited(self.ann, plan), 1)
        self.assertEqual(self._credits(plan).document_name, "Lead")
        partner.ref = "other"
        plan.action_compute()
        self.assertEqual(self._credited(self.ann, plan), 0)
        partner.ref = "lead"
        self._sweep(plan)
        self.assertEqual(self._credited(self.ann, plan), 1)
        partner.user_id = False
        self._sweep(plan)
        self.assertEqual(self._credited(self.ann, plan), 0)

    def test_archived_record_still_counts_and_deleted_does_not(self):
        measure = self._measure(
            "res.partner", "create_date", "user_id", domain="[('ref', '=', 'lead')]"
        )
        partner = self.env["res.partner"].create(
            {"name": "Lead", "ref": "lead", "user_id": self.ann.user_id.id}
        )
        plan = self._count(measure, date_from="2020-01-01")
        partner.action_archive()
        self._sweep(plan)
        self.assertEqual(self._credited(self.ann, plan), 1)
        partner.unlink()
        self._sweep(plan)
        self.assertEqual(self._credited(self.ann, plan), 0)

    def test_owners(self):
        """A user, an employee or a contact, over a path."""
        contact = self.ann.work_contact_id
        for model, date, owner, create in (
            (
                "sale.order",
                "validity_date",
                "user_id",
                lambda: self._log(self.ann),
            ),
            (
                "sale.order",
                "validity_date",
                "partner_id",
                lambda: self._log(self.bob, partner_id=contact.id),
            ),
            (
                "sale.order",
                "validity_date",
                "partner_id.user_id",
                lambda: self._log(
                    self.bob,
                    partner_id=self.env["res.partner"]
                    .create({"name": "Hers", "user_id": self.ann.user_id.id})
                    .id,
                ),
            ),
            (
                "sales.commission.achievement",
                "date",
                "employee_id",
                lambda: self.env["sales.commission.achievement"].create(
                    {
                        "measure_id": self._get_ready("achievement").id,
                        "company_id": self.company.id,
                        "employee_id": self.ann.id,
                        "date": "2026-01-15",
                    }
                ),
            ),
        ):
            with self.subTest(owner=owner, model=model):
                record = create()
                plan = self._count(
                    self._measure(
                        model, date, owner, domain=f"[('id', '=', {record.id})]"
                    )
                )
                self.assertEqual(self._credited(self.ann, plan), 1)

    def test_day_of_a_linked_record(self):
        order = self._log(self.ann, day="2026-02-10")
        order.order_line = [
            Command.create({"product_id": self.product_a.id, "product_uom_qty": 3})
        ]
        line = ("sale.order.line", "create_date", "order_id.user_id")
        linked = {"date_field_id": False, "date_path": "order_id.validity_date"}
        plan = self._count(self._measure(*line, "product_uom_qty", **linked))
        self.assertEqual(self._credited(self.ann, plan, date_from="2026-02-01"), 3)
        order.validity_date = "2026-03-10"
        self._sweep(plan)
        self.assertEqual(self._credited(self.ann, plan, date_from="2026-02-01"), 0)
        self.assertEqual(self._credited(self.ann, plan, date_from="2026-03-01"), 3)
        for path in ("order_id.name", "tax_ids.create_date", "nobody_id.date"):
            with self.subTest(path), self.assertRaisesRegex(ValidationError, "a date"):
                self._measure(*line, **{**linked, "date_path": path})

    def test_text_names_linked_fields_in_words(self):
        measure = self._measure(
            "sale.order.line",
            "create_date",
            "order_id.user_id",
            date_path="order_id.validity_date",
        )
        text = " ".join(measure._say_measure())
        self.assertIn("› Expiration", text)
        self.assertIn("› Salesperson", text)
        self.assertNotIn("_id", text)

    def test_money_at_the_rate_of_the_day(self):
        rates = [("2026-01-01", 2.0), ("2026-02-01", 4.0)]
        euro = self.setup_other_currency("EUR", rates=rates)
        pricelist = (
            self.env["product.pricelist"]
            .sudo()
            .create({"name": "EUR", "currency_id": euro.id})
        )
        measure = self._measure(
            "sale.order", "validity_date", "user_id", "amount_untaxed"
        )
        self.assertEqual(measure.unit, "money")
        for day in ("2026-01-15", "2026-02-15"):
            order = self._order([1000], confirm=False, pricelist_id=pricelist.id)
            order.validity_date = day
        own = self._order([30], confirm=False)
        own.validity_date = "2026-01-20"
        plan = self._count(measure)
        self.assertEqual(self._credited(self.ann, plan, date_from="2026-01-01"), 530)
        self.assertEqual(self._credited(self.ann, plan, date_from="2026-02-01"), 250)

    def test_number_field_counts_as_a_number(self):
        measure = self._measure("res.partner", "create_date", "user_id", "color")
        self.assertEqual(measure.unit, "number")
        self.env["res.partner"].create(
            {"name": "Lead", "color": 7, "user_id": self.ann.user_id.id}
        )
        plan = self._count(measure, date_from="2020-01-01")
        self.assertEqual(self._credited(self.ann, plan), 7)
        self.assertEqual(self._quantity(plan), 7)

    def test_record_of_another_company_does_not_count(self):
        other = self.setup_other_company(name="Other")["company"]
        measure = self._measure("res.partner", "create_date", "user_id")
        self.env["res.partner"].sudo().create(
            [
                {"name": "A", "user_id": self.ann.user_id.id, "company_id": company}
                for company in (other.id, self.company.id, False)
            ]
        )
        plan = self._count(measure, date_from="2020-01-01")
        self.assertEqual(self._credited(self.ann, plan), 2)

    def test_touched_document_of_ours_is_judged_at_once(self):
        measure = self._measure(
            "sale.order", "date_order", "user_id", domain="[('state', '=', 'sale')]"
        )
        plan = self._count(measure, date_from="2020-01-01")
        order = self._order([100])
        self.assertEqual(self._credited(self.ann, plan), 1)
        order._action_cancel()
        self.assertEqual(self._credited(self.ann, plan), 0)

    def test_what_was_credited_stays_when_the_app_goes(self):
        measure = self._measure("res.partner", "create_date", "user_id")
        self.env["res.partner"].create({"name": "Lead", "user_id": self.ann.user_id.id})
        plan = self._count(measure, date_from="2020-01-01")
        self.assertEqual(self._credited(self.ann, plan), 1)
        self.env.flush_all()
        # as the database does when Odoo deletes a model
        self.env.cr.execute(
            "UPDATE sales_commission_measure SET model_id = NULL, date_field_id = NULL"
            " WHERE id = %s",
            measure.ids,
        )
        self.env.invalidate_all()
        self._sweep(plan)
        plan.action_compute()
        self.assertEqual(self._credited(self.ann, plan), 1)

    def test_refusals(self):
        order = ("sale.order", "validity_date", "user_id")
        for label, vals, words in (
            ("no model", {"model_id": False}, "kind of records"),
            ("no date", {"date_field_id": False}, "choose a date"),
            ("no owner", {"owner_path": False}, "whose the records are"),
            ("unknown owner", {"owner_path": "nobody_id"}, "nobody_id"),
            ("owner is a team", {"owner_path": "team_id"}, "must end at a user"),
            ("not stored", {"owner_path": "activity_user_id"}, "stored link"),
            ("through many", {"owner_path": "order_line.salesman_id"}, "stored link"),
            ("no value", {"value": "amount"}, "that is added up"),
            ("other value", {"value": "margin"}, "Choose one of"),
        ):
            with (
                self.subTest(label),
                self.assertRaisesRegex(ValidationError, words),
            ):
                self._measure(*order, **vals)
        with self.assertRaisesRegex(ValidationError, "no money may depend"):
            self._measure("gamification.goal", "start_date", "user_id")
        with self.assertRaisesRegex(ValidationError, "keeps"):
            self._measure("sale.report", "date", "user_id")

    def test_officer_cannot_count_what_he_may_not_read(self):
        officer = new_test_user(
            self.env(su=True),
            "commission_officer",
            groups="sales_commission_gamify.group_officer",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.env = self.env(user=officer)
        with self.assertRaisesRegex(ValidationError, "you may not read"):
            self._measure("sale.order", "validity_date", "user_id")
        measure = self._measure("res.partner", "create_date", "user_id")
        action = measure.action_view_counted()
        self.assertEqual(action["res_model"], "res.partner")

    def test_library_is_added_once(self):
        measures = self.env["sales.commission.measure"]
        entry = {
            "crm_won": {
                "model": "res.partner",
                "date": "create_date",
                "owner": "user_id",
                "domain": "[('ref', '=', 'won')]",
            },
            "crm_qualified": {
                "model": "no.such.model",
                "date": "date",
                "owner": "user_id",
                "domain": "[]",
            },
        }
        with patch.object(type(measures), "_get_library", lambda _self: entry):
            measures.search([("library_key", "!=", False)]).unlink()
            measures.action_load_library()
            added = measures.search([("library_key", "!=", False)])
            self.assertRecordValues(
                added, [{"library_key": "crm_won", "name": "Opportunities won"}]
            )
            added.action_archive()
            measures.action_load_library()
            self.assertFalse(measures.search([("library_key", "!=", False)]))

    def test_library_is_for_officers(self):
        measures = self.env["sales.commission.measure"].with_user(self.ann.user_id)
        with self.assertRaises(AccessError):
            measures.action_load_library()
