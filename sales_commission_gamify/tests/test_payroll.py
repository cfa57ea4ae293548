import base64
import csv
import io

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged

from .test_statement_files import FilesCase


class PayrollCase(FilesCase):
    def setUp(self):
        super().setUp()
        self.ann.sudo().barcode = "A0042"
        self.accountant = self._user("accountant")
        self.statements.action_approve()
        self.period = self._period().with_user(self.accountant)
        self.columns = self.env["sales.commission.payroll.column"].with_user(
            self.accountant
        )

    def _post(self):
        self.statements.action_post()

    def _csv(self, delimiter=";"):
        self.period.action_payroll_csv()
        text = base64.b64decode(self._made().data).decode()
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))

    def _made(self):
        return self.period.delivery_ids.sorted("id")[-1]

    def _set_columns(self, *columns):
        self.columns.search([]).unlink()
        self.columns.create(
            [
                {"heading": content, "content": content, "sequence": place, **vals}
                for place, (content, vals) in enumerate(columns)
            ]
        )


@tagged("post_install", "-at_install")
class TestPayroll(PayrollCase):
    def test_usual_columns(self):
        self._post()
        head, ann, desk = self._csv()
        self.assertEqual(
            head,
            [
                "Employee number",
                "Payee",
                "From",
                "To",
                "Amount",
                "Currency",
                "Statement",
            ],
        )
        self.assertEqual(
            ann,
            [
                "A0042",
                "Ann",
                "2026-01-01",
                "2026-01-31",
                "75.00",
                "USD",
                self.statement.name,
            ],
        )
        self.assertEqual(desk[:2] + desk[4:5], ["", "Desk", "40.00"])

    def test_own_columns_and_formats(self):
        self._post()
        self.ann.sudo().department_id = (
            self.env["hr.department"].sudo().create({"name": "North; South"})
        )
        self._set_columns(
            ("text", {"text": "4711"}), ("department", {}), ("earned", {}), ("last", {})
        )
        self.company.sudo().write(
            {
                "sales_commission_payroll_decimal": "comma",
                "sales_commission_payroll_date": "%d.%m.%Y",
            }
        )
        for name, delimiter in (("semicolon", ";"), ("comma", ","), ("tab", "\t")):
            self.company.sudo().sales_commission_payroll_delimiter = name
            with self.subTest(delimiter=name):
                self.assertEqual(
                    self._csv(delimiter)[1],
                    ["4711", "North; South", "75,00", "31.01.2026"],
                )

    def test_cost_centre(self):
        self._post()
        plan = self.env["account.analytic.plan"].sudo().create({"name": "Centres"})
        account = (
            self.env["account.analytic.account"]
            .sudo()
            .create({"name": "Sales North", "plan_id": plan.id})
        )
        self.env["account.analytic.distribution.model"].sudo().create(
            {
                "partner_id": self.ann.work_contact_id.id,
                "analytic_distribution": {str(account.id): 100},
                "company_id": self.company.id,
            }
        )
        self._set_columns(("payee", {}), ("cost_centre", {}))
        self.assertEqual(self._csv()[1:], [["Ann", "Sales North"], ["Desk", ""]])

    def test_only_what_is_posted(self):
        with self._refused("no statement with an amount to pay is posted", UserError):
            self.period.action_payroll_csv()
        self.company.sudo().sales_commission_payroll_states = "approved"
        self.assertEqual(len(self._csv()), 3)
        self.company.sudo().sales_commission_payroll_states = "posted"
        self.statement.action_post()
        self.assertEqual([row[1] for row in self._csv()], ["Payee", "Ann"])
        self._pay(self.statement)
        self.assertEqual(self.statement.state, "paid")
        self.assertEqual([row[1] for row in self._csv()], ["Payee", "Ann"])

    def test_an_agent_is_not_on_the_payroll(self):
        self.desk.sudo().sales_commission_agent = True
        self.company.sudo().sales_commission_post_bill = True
        self._post()
        self.assertEqual([row[1] for row in self._csv()[1:]], ["Ann"])

    def test_nothing_to_pay_is_no_row(self):
        self._post()
        self._refund(self.invoices[0], date="2026-01-25")
        self._invoice(100, payee=self.desk, date="2026-02-10")
        february = self._confirmed("2026-02-28")
        february.action_approve()
        february.action_post()
        self.period = self._period("2026-02-28").with_user(self.accountant)
        self.assertEqual([row[1] for row in self._csv()[1:]], ["Desk"])

    def test_text_is_never_a_formula_and_numbers_stay_numbers(self):
        self._post()
        self._set_columns(("payee", {}), ("text", {"text": "-5"}), ("payable", {}))
        self.columns.search([])[0].heading = "=A1"
        for text in ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"):
            self.ann.sudo().name = text
            head, ann, _desk = self._csv()
            with self.subTest(name=text):
                self.assertEqual(head[0], "'=A1")
                self.assertEqual(ann, [f"'{text}", "'-5", "75.00"])
            self.period.action_payroll_xlsx()
            book = openpyxl.load_workbook(
                io.BytesIO(base64.b64decode(self._made().data))
            )
            cells = list(book.active.iter_rows())[1]
            self.assertEqual([cell.data_type for cell in cells], ["s", "s", "n"])
            self.assertEqual(cells[2].value, 75)

    def test_workbook(self):
        self._post()
        self.period.action_payroll_xlsx()
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(self._made().data)))
        rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
        self.assertEqual(rows[1][:2], ["A0042", "Ann"])
        self.assertEqual([row[4] for row in rows[1:]], [75, 40])
        self.assertEqual(str(rows[1][2]), "2026-01-01 00:00:00")
        self.assertEqual(book.active.freeze_panes, "A2")

    def test_order_is_stable(self):
        self._post()
        before = self._csv()
        self.ann.sudo().name = "Zoe"
        self.statement.sudo().write({"access_token": "x"})
        after = self._csv()
        self.assertEqual([row[-1] for row in before], [row[-1] for row in after])

    def test_it_is_kept_with_who_and_when(self):
        self._post()
        action = self.period.action_payroll_csv()
        made = self._made()
        self.assertEqual(made.user_id, self.accountant)
        self.assertEqual(made.state, "done")
        self.assertEqual(made.total_count, 2)
        self.assertEqual(made.name, "Payroll 2026-01.csv")
        self.assertEqual(action["type"], "ir.actions.act_url")

    def test_columns_page(self):
        """The usual columns are there to be changed."""
        action = self.columns.action_view_columns()
        self.assertEqual(action["res_model"], self.columns._name)
        self.assertEqual(len(self.columns.search([])), 7)
        with Form(self.columns.search([])[0]) as form:
            form.heading = "No."
        self.columns.action_view_columns()
        self.assertEqual(len(self.columns.search([])), 7)

    def test_another_company_has_its_own_columns(self):
        other = self.setup_other_company(name="Other")["company"]
        self.columns.sudo()._get_for(other)
        self.columns.action_view_columns()
        self.assertEqual(self.columns.search([]).company_id, self.company)


@tagged("post_install", "-at_install")
class TestPayrollRights(PayrollCase, HttpCase):
    def test_accountant_only(self):
        self._post()
        officer = self._user("officer")
        for user in (officer, self.ann.user_id, self.gil):
            period = self._period().with_user(user)
            for button in ("action_payroll_csv", "action_payroll_xlsx"):
                with self.subTest(user=user.login), self.assertRaises(AccessError):
                    getattr(period, button)()
            for operation in ("create", "write", "unlink"):
                for model in ("delivery", "payroll.column"):
                    rows = self.env[f"sales.commission.{model}"].with_user(user)
                    self.assertFalse(rows.has_access(operation))

    def test_nobody_else_downloads_it(self):
        """Every employee reads periods, but not what was made of them."""
        self._post()
        self.period.action_payroll_csv()
        made = self._made()
        url = made.action_download()["url"]
        for user, allowed in (
            (self.accountant, True),
            (self._user("officer"), False),
            (self._user("manager"), False),
            (self.ann.user_id, False),
            (self.gil, False),
        ):
            self.authenticate(user.login, user.login)
            answer = self.url_open(url)
            with self.subTest(user=user.login):
                self.assertEqual(answer.status_code, 200 if allowed else 404)
                self.assertEqual(b"A0042" in answer.content, allowed)
            attachment = (
                self.env["ir.attachment"]
                .sudo()
                .search([("res_model", "=", made._name), ("res_field", "=", "data")])
            )
            self.assertEqual(len(attachment), 1)
            if not allowed:
                with self.assertRaises(AccessError):
                    attachment.with_user(user).raw  # noqa: B018 (reading is the test)

    def test_rpc(self):
        self._post()
        self.period.action_payroll_csv()
        self.authenticate(self.ann.user_id.login, self.ann.user_id.login)
        for model, method, args in (
            ("sales.commission.delivery", "search_read", [[], ["name"]]),
            ("sales.commission.delivery", "action_retry", [self._made().ids]),
            ("sales.commission.delivery", "action_download", [self._made().ids]),
            ("sales.commission.payroll.column", "search_read", [[], ["heading"]]),
            ("sales.commission.payroll.column", "action_view_columns", []),
            ("sales.commission.period", "action_payroll_csv", [self.period.ids]),
            ("sales.commission.period", "action_deliver_pdf", [self.period.ids]),
            ("sales.commission.period", "action_send_statements", [self.period.ids]),
            ("sales.commission.statement", "action_send", [self.statement.ids]),
            ("sales.commission.statement", "action_send_again", [self.statement.ids]),
        ):
            with self.subTest(model=model, method=method):
                answer = self.url_open(
                    "/web/dataset/call_kw",
                    json={
                        "params": {
                            "model": model,
                            "method": method,
                            "args": args,
                            "kwargs": {},
                        }
                    },
                ).json()
                self.assertEqual(
                    answer["error"]["data"]["name"], "odoo.exceptions.AccessError"
                )

    def test_retry_of_a_payroll_file_is_for_accountants(self):
        self._post()
        self.period.action_payroll_csv()
        with self.assertRaises(AccessError):
            self._made().with_user(self._user("officer")).action_retry()

    def test_other_company(self):
        self._post()
        self.period.action_payroll_csv()
        other = self.setup_other_company(name="Other")["company"]
        stranger = self._user("accountant", "officer")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        rows = self.env["sales.commission.delivery"].with_user(stranger)
        self.assertFalse(rows.with_company(other).search([]))
