import io

import openpyxl
from lxml import html

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools.pdf import PdfFileReader

from ..report import statement_report
from .test_dashboard import PayeePagesCase

REPORT = "sales_commission_gamify.action_report_statement"


class FilesCase(PayeePagesCase):
    """January's statements of Ann, with two invoices, and of the agent's desk."""

    def _print_alone(self):
        """Fonts that an Odoo beside this one serves would be drawn as lines."""
        nowhere = "http://127.0.0.1:9"
        self.env["ir.config_parameter"].sudo().set_param("report.url", nowhere)

    def setUp(self):
        super().setUp()
        self.invoices = self._invoice([600, 400]) + self._invoice(500)
        self.sold_by_desk = self._invoice(800, payee=self.desk)
        self.statements = self._confirmed()
        self.statement = self._of(self.ann)

    def _of(self, payee):
        return self.statements.filtered(lambda row: row.employee_id == payee)

    def _user(self, *groups, **vals):
        return new_test_user(
            self.env(su=True),
            "c_" + "_".join(groups),
            groups=",".join(f"sales_commission_gamify.group_{name}" for name in groups),
            company_id=self.company.id,
            **vals,
        )


class PaperCase(FilesCase):
    def _html(self, statements, user=None):
        reports = self.env["ir.actions.report"].with_user(user or self.env.user)
        page = reports._render_qweb_html(REPORT, statements.ids)[0]
        return " ".join(page.decode().replace("\ufeff", "").split())

    def _text(self, statements, user=None):
        root = html.fromstring(self._html(statements, user))
        return " ".join(root.text_content().split())

    def _pdf(self, statements):
        """The pages of the real PDF, as text."""
        self._print_alone()
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        pdf, kind = reports._render_qweb_pdf(REPORT, statements.ids)
        self.assertEqual(kind, "pdf")
        self.assertEqual(pdf[:5], b"%PDF-")
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        return [" ".join(page.extract_text().split()) for page in reader.pages]


@tagged("post_install", "-at_install")
class TestPaper(PaperCase):
    def test_what_it_says(self):
        text = self._text(self.statement)
        for said in (
            self.statement.name,
            "Payee Ann",
            "Period January 2026",
            "State Confirmed",
            "Earned in January 2026",
            "$ 1,500.00 at 5 % = $ 75.00",
            "Earned $ 75.00",
            "To pay $ 75.00",
        ):
            self.assertIn(said, text)
        for invoice, amount in zip(self.invoices, ("1,000.00", "500.00"), strict=True):
            self.assertIn(
                f"{invoice.name} partner_a $ {amount} $ {amount}".replace("  ", " "),
                text,
            )
        self.assertNotIn("Brought forward", text)

    def test_a_late_difference_names_its_period(self):
        self._refund(self.invoices[0], amount=400, date="2026-01-25")
        self._invoice(2500, date="2026-02-10")
        [late] = self._confirmed("2026-02-28").filtered(
            lambda row: row.employee_id == self.ann
        )
        sections = late._get_sections()
        self.assertEqual(
            [(title, round(total, 2)) for title, _lines, total in sections],
            [
                ("Earned in February 2026", 150.0),
                ("Differences of earlier periods", -20),
            ],
        )
        text = self._text(late)
        self.assertIn("Difference for January 2026", text)
        self.assertIn("To pay $ 130.00", text)

    def test_carried_and_brought_forward(self):
        self._refund(self.invoices[0], date="2026-01-25")
        carried = self._confirmed("2026-02-28")
        self.assertIn(
            "Carried forward to the next statement $ -50.00", self._text(carried)
        )
        self._invoice(3000, date="2026-03-05")
        text = self._text(self._confirmed("2026-03-31"))
        self.assertIn("Brought forward", text)

    def test_a_draft_says_so(self):
        self.assertNotIn("This is a draft", self._text(self.statement))
        self.statement.action_draft()
        self.assertIn("This is a draft", self._text(self.statement))

    def test_real_pdf(self):
        """Printed for real: both payees, the documents on a page of their own."""
        pages = self._pdf(self.statements)
        self.assertEqual(len(pages), 4)
        self.assertIn(self.statement.name, pages[0])
        self.assertIn("$ 1,500.00 at 5 % = $ 75.00", pages[0])
        self.assertIn("Documents behind it", pages[1])
        self.assertIn(self._of(self.desk).name, pages[2])

    def test_each_in_his_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.ann.sudo().work_contact_id.lang = "de_DE"
        view = self.env.ref("sales_commission_gamify.report_statement_totals").sudo()
        view.update_field_translations("arch_db", {"de_DE": {"To pay": "Auszahlung"}})
        text = self._text(self.statements)
        self.assertEqual(text.count("Auszahlung"), 1)
        self.assertIn("Januar 2026", text, "Ann's month")
        self.assertIn("January 2026", text, "the desk's month")
        self.assertIn("75,00", text, "Ann's amount")
        self.assertIn("$ 40.00", text, "the desk's amount")

    def test_customer_for_who_may_read_the_document(self):
        """An agent may not read invoices: their numbers are his, customers are not."""
        desk = self._of(self.desk)
        self.assertIn("partner_a", self._text(desk))
        text = self._text(desk, self.gil)
        self.assertNotIn("partner_a", text)
        self.assertIn("INV/", text)

    def test_nobody_prints_what_he_may_not_read(self):
        readers = ((self.bob.user_id, self.ann), (self.gil, self.ann))
        for user, payee in (*readers, (self.ann.user_id, self.desk)):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self._html(self._of(payee), user)
        self.assertTrue(self._html(self.statement, self.ann.user_id))
        self.statement.action_draft()
        with self.assertRaises(AccessError):
            self._html(self.statement, self.ann.user_id)

    def test_queries_do_not_grow_with_payees_and_documents(self):
        payees = self.bob + self.max
        self.plan.assignment_ids = [
            Command.create({"employee_id": payee.id}) for payee in payees
        ]
        for payee in payees:
            for number in range(6):
                self._invoice(10 + number, payee=payee, date="2026-02-03")
        self._invoice(10, date="2026-02-03")
        february = self._confirmed("2026-02-28")
        self.env.invalidate_all()
        february._get_documents()  # access rules are read once
        counts = []
        for ids in (february[:1].ids, february.ids):
            statements = february.browse(ids)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            statements._get_documents()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(february), 3)
        self.assertEqual(*counts)

    def test_each_deal_brings_its_share(self):
        """The shares of a line come to what its period earned, to the cent."""
        for statement in self.statements:
            documents = statement._get_documents()
            for line in statement.line_ids:
                brought = [row.brought for row in documents[line.id]]
                self.assertEqual(round(sum(brought), 2), line.amount)
        self.assertIn("Brings", self._text(self.statement))

    def test_each_deal_by_its_own_table(self):
        """Where each deal is priced alone, it brings what its own price says."""
        self._create_plan(
            name="Deal by deal",
            payees=self.bob,
            component={"lookup": "document"},
            steps=[(0, 4), (1000, 10)],
        )
        small = self._invoice(500, payee=self.bob, date="2026-03-03")
        large = self._invoice(3000, payee=self.bob, date="2026-03-02")
        self._refund(large, amount=1000, date="2026-03-05")
        statements = self._confirmed("2026-03-31")
        own = statements.filtered(lambda row: row.employee_id == self.bob)
        line = own.line_ids.filtered(lambda row: row.plan_id.name == "Deal by deal")
        brought = {row.name: row.brought for row in own._get_documents()[line.id]}
        self.assertEqual(line.amount, 160)
        self.assertEqual(brought[small.name], 20)
        self.assertEqual(brought[large.name], 210)
        self.assertEqual(sum(brought.values()), 160)

    def test_documents_left_out_are_counted(self):
        report = self.env["report.sales_commission_gamify.report_statement"]
        self.patch(statement_report, "MOST_DOCUMENTS", 1)
        documents = self.statement._get_documents()
        [[_line, shown]], left_out = report._cut(self.statement, documents)
        self.assertEqual([row.name for row in shown], [self.invoices[0].name])
        self.assertEqual(left_out, 1)
        self.assertIn("1 more documents", self._text(self.statement))


@tagged("post_install", "-at_install")
class TestPaperInPortal(PaperCase, HttpCase):
    def _get(self, statement, user, **params):
        self.authenticate(user.login, user.login)
        query = "&".join(f"{key}={value}" for key, value in params.items())
        return self.url_open(f"{statement.access_url}?{query}", allow_redirects=False)

    def test_payee_downloads_his_own(self):
        desk = self._of(self.desk)
        for statement, user in ((desk, self.gil), (self.statement, self.ann.user_id)):
            answer = self._get(statement, user, report_type="pdf", download="true")
            with self.subTest(user=user.name):
                self.assertEqual(answer.status_code, 200)
                self.assertEqual(answer.headers["Content-Type"], "application/pdf")
                self.assertIn("attachment", answer.headers["Content-Disposition"])
                self.assertIn("COM_2026_01", answer.headers["Content-Disposition"])
                self.assertIn(statement.name, answer.text)

    def test_page_has_the_button(self):
        answer = self._get(self._of(self.desk), self.gil)
        self.assertIn("report_type=pdf", answer.text)

    def test_nobody_downloads_somebody_elses(self):
        token = self.statement._portal_ensure_token()
        officer = self._user("officer")
        for user in (self.gil, self.bob.user_id, officer):
            for params in ({}, {"access_token": token}):
                with self.subTest(user=user.login, **params):
                    answer = self._get(
                        self.statement, user, report_type="pdf", **params
                    )
                    self.assertEqual(answer.status_code, 303)
                    self.assertNotIn(self.statement.name, answer.text)

    def test_report_route_obeys_the_rules(self):
        self.authenticate(self.gil.login, self.gil.login)
        url = "/report/html/sales_commission_gamify.report_statement/"
        answer = self.url_open(url + str(self.statement.id))
        self.assertNotIn(self.statement.name, answer.text)
        answer = self.url_open(url + str(self._of(self.desk).id))
        self.assertIn(self._of(self.desk).name, answer.text)


class WorkbookCase(FilesCase):
    def _open(self, content):
        """``{sheet: rows}`` with the formulas, and the same with what they come to."""
        return [
            {
                sheet.title: [list(row) for row in sheet.iter_rows()]
                for sheet in openpyxl.load_workbook(
                    io.BytesIO(content), data_only=data_only
                )
            }
            for data_only in (False, True)
        ]

    def _rows(self, sheet):
        """The rows of a sheet as ``{heading: value}``."""
        head, *rows = [[cell.value for cell in row] for row in sheet]
        return [dict(zip(head, row, strict=True)) for row in rows]

    def _make(self, statements, user=None):
        workbook = self.env["sales.commission.workbook"].with_user(
            user or self.env.user
        )
        return self._open(workbook._make(statements))


@tagged("post_install", "-at_install")
class TestWorkbook(WorkbookCase):
    def test_one_statement_adds_up(self):
        self._refund(self.invoices[0], amount=400, date="2026-01-25")
        self._invoice(2500, date="2026-02-10")
        statement = self._confirmed("2026-02-28")
        formulas, values = self._make(statement)
        self.assertEqual(list(values), ["Lines", "Documents"])
        rows = self._rows(values["Lines"])
        lines, totals = rows[:2], rows[2:]
        self.assertEqual([row["Amount"] for row in lines], [150, -20])
        self.assertEqual(lines[1]["Period"], "January 2026")
        self.assertEqual(lines[1]["Part"], "Differences of earlier periods")
        self.assertEqual(
            {row["How it comes about"]: row["Amount"] for row in totals},
            {
                "Total of the lines": 130,
                "Brought forward": 0,
                "Carried forward": 0,
                "To pay": 130,
            },
        )
        written = [row["Amount"] for row in self._rows(formulas["Lines"])[2:]]
        self.assertEqual(written, ["=SUM(I2:I3)", 0, 0, "=I4+I5-I6"])

    def test_formulas_come_to_what_the_statement_says(self):
        """Also with something carried and brought forward."""
        self._refund(self.invoices[0], date="2026-01-25")
        carried = self._confirmed("2026-02-28")
        self._invoice(3000, date="2026-03-05")
        brought = self._confirmed("2026-03-31")
        self.assertTrue(carried.amount_closing and brought.amount_opening)
        for statement in carried + brought:
            rows = self._rows(self._make(statement)[1]["Lines"])
            amounts = [row["Amount"] for row in rows]
            lines, (total, opening, closing, payable) = amounts[:-4], amounts[-4:]
            with self.subTest(statement=statement.name):
                self.assertAlmostEqual(sum(lines), total)
                self.assertAlmostEqual(total + opening - closing, payable)
                self.assertEqual(payable, statement.amount_payable)

    def test_several_statements(self):
        formulas, values = self._make(self.statements)
        self.assertEqual(list(values), ["Statements", "Lines", "Documents"])
        *rows, total = self._rows(values["Statements"])
        self.assertEqual(
            [(row["Payee"], row["Total of the lines"], row["To pay"]) for row in rows],
            [("Ann", 75, 75), ("Desk", 40, 40)],
        )
        self.assertEqual(total["To pay"], 115)
        first, second, sums = self._rows(formulas["Statements"])
        self.assertEqual(
            first["Total of the lines"], "=SUMIFS('Lines'!I:I,'Lines'!A:A,A2)"
        )
        self.assertEqual(second["To pay"], "=E3+F3-G3")
        self.assertEqual(sums["To pay"], "=SUM(H2:H3)")
        documents = self._rows(values["Documents"])
        self.assertEqual(
            [(row["Document"], row["Credited"]) for row in documents],
            [
                (self.invoices[0].name, 1000),
                (self.invoices[1].name, 500),
                (
                    self.env["account.move"]
                    .search([("amount_untaxed", "=", 800)])
                    .name,
                    800,
                ),
            ],
        )
        self.assertEqual(documents[0]["Customer"], "partner_a")
        self.assertEqual(documents[0]["Document amount"], 1000)
        self.assertEqual(str(documents[0]["Date"]), "2026-01-15 00:00:00")

    def test_text_is_never_a_formula(self):
        nasty = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", '=HYPERLINK("http://x")')
        for text in nasty:
            self.partner_a.sudo().name = text
            self.ann.sudo().name = text
            self.env.cr.execute(
                "UPDATE sales_commission_credit SET document_name = %s", [text]
            )
            for sheets in (self._make(self.statement), self._make(self.statements)):
                formulas = sheets[0]
                for title, rows in formulas.items():
                    for row in rows:
                        for cell in row:
                            if cell.data_type == "f":
                                self.assertRegex(
                                    cell.value, r"^=(SUM|SUMIFS|[A-Z]\d)", title
                                )
                documents = self._rows(formulas["Documents"])
                self.assertEqual(documents[0]["Customer"], text.strip())
                names = {
                    cell.data_type for row in formulas["Documents"] for cell in row
                }
                self.assertNotIn("f", names)

    def test_looks(self):
        content = self.env["sales.commission.workbook"]._make(self.statements)
        book = openpyxl.load_workbook(io.BytesIO(content))
        for sheet in book:
            with self.subTest(sheet=sheet.title):
                self.assertEqual(sheet.freeze_panes, "A2")
                self.assertEqual(sheet.page_setup.orientation, "landscape")
                self.assertEqual(sheet.print_title_rows, "$1:$1")
        money = book["Lines"]["I2"].number_format
        self.assertEqual(money, '"$"\\ #,##0.00')
        self.assertGreater(book["Lines"].column_dimensions["H"].width, 40)

    def test_customer_only_for_who_may_read_the_document(self):
        rows = self._rows(self._make(self._of(self.desk), self.gil)[1]["Documents"])
        self.assertEqual([row["Credited"] for row in rows], [800])
        self.assertEqual([row["Customer"] for row in rows], [None])


@tagged("post_install", "-at_install")
class TestWorkbookDownload(WorkbookCase, HttpCase):
    def _get(self, statements, user):
        self.authenticate(user.login, user.login)
        return self.url_open(statements.action_download_workbook()["url"])

    def test_download(self):
        answer = self._get(self.statement, self.ann.user_id)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("COM-2026-01-0001.xlsx", answer.headers["Content-Disposition"])
        _formulas, values = self._open(answer.content)
        self.assertEqual(self._rows(values["Lines"])[0]["Payee"], "Ann")
        answer = self._get(self.statements, self._user("officer"))
        self.assertIn("Commissions", answer.headers["Content-Disposition"])

    def test_nobody_downloads_what_he_may_not_read(self):
        for user in (self.gil, self.ann.user_id, self.bob.user_id):
            with self.subTest(user=user.login):
                self.assertEqual(self._get(self.statements, user).status_code, 404)
        self.assertEqual(self._get(self._of(self.desk), self.gil).status_code, 200)
        self.assertEqual(
            self.url_open("/commissions/statements/x.xlsx").status_code, 404
        )
        self.statement.action_draft()
        self.assertEqual(self._get(self.statement, self.ann.user_id).status_code, 404)

    def test_numbers_that_no_row_can_have(self):
        self.authenticate(self.ann.user_id.login, self.ann.user_id.login)
        answer = self.url_open(f"/commissions/statements/{'9' * 5000}.xlsx")
        self.assertEqual(answer.status_code, 404)
        for number in ("2147483648", "9" * 30):
            for address in (
                "/commissions/statements/%s.xlsx",
                "/my/commissions/%s",
                "/my/commissions/plans/%s",
                "/my/commissions/disputes/%s",
            ):
                with self.subTest(address=address, digits=len(number)):
                    answer = self.url_open(address % number)
                    self.assertEqual(answer.status_code, 404)
            answer = self.url_open(f"/my/commissions/disputes/new?line={number}")
            self.assertEqual(answer.status_code, 200)
            answer = self.url_open(f"/my/commissions/page/{number}")
            self.assertIn(answer.status_code, (200, 404))
