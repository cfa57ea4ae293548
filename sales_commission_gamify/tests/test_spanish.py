"""What a Spanish payee reads: the file in i18n/ reaches every kind of page."""

from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from .. import engine
from ..models.ledger.earning import MISSING
from .test_portal import PortalCase

SPANISH = "es_ES"


@tagged("post_install", "-at_install")
class TestSpanish(PortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env(su=True)
        env["res.lang"]._activate_lang(SPANISH)
        env.ref("base.module_sales_commission_gamify")._update_translations([SPANISH])
        (cls.gil | cls.ann.user_id).sudo().lang = SPANISH

    def _spanish(self, records):
        return records.with_context(lang=SPANISH)

    def test_pages_of_the_portal(self):
        _url, text = self._open("/my/commissions", self.gil.login)
        self.assertIn("enero 2026", text)
        self.assertIn("Confirmado", text)
        self.assertIn("Sus planes", text)
        _url, text = self._open(self.statement.access_url)
        self.assertIn("Comisiones enero 2026", text)
        self.assertRegex(text, r"1\.500,00.{0,3} al 5 % = .{0,3}75,00")
        self.assertIn("Documentos que lo justifican (2)", text)

    def test_statement_on_paper_and_by_mail(self):
        report = self.env["ir.actions.report"].sudo()
        page, _kind = report._render_qweb_html(
            "sales_commission_gamify.report_statement", self.ann_statement.ids
        )
        self.assertIn("Liquidación de comisiones", page.decode())
        self.assertNotIn("How it comes about", page.decode())
        template = self.env.ref("sales_commission_gamify.mail_template_statement")
        mail = template.sudo()._render_field(
            "body_html", self.ann_statement.ids, compute_lang=True
        )
        self.assertIn("está lista", mail[self.ann_statement.id])

    def test_a_plan_is_told_by_its_rules(self):
        text = self._spanish(self.plan).document_html
        self.assertIn("5 % de lo atribuido hasta", text)
        self.assertIn("Se mide y se paga de nuevo cada mes.", text)

    def test_what_is_missing_is_stored_in_english_and_told_in_spanish(self):
        component = self._spanish(self.plan.component_ids)
        for code, words in MISSING.items():
            line = engine.TraceLine("missing", Decimal(0), {"missing": words})
            [told] = component._say_trace_lines(engine.Trace([line]))
            with self.subTest(code=code):
                self.assertRegex(told, r"^falta algo \(.+\): no se paga nada$")
                self.assertNotIn(words, told)

    def test_labels_and_refusals(self):
        state = self._spanish(self.statement)._fields["state"]
        labels = dict(state._description_selection(self._spanish(self.statement).env))
        self.assertEqual(labels["posted"], "Contabilizado")
        with self._refused("Devuélvala primero a borrador", UserError):
            self._spanish(self.statement).unlink()
