import io
from typing import NamedTuple

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from odoo import api, models

A4 = 9
SHORT_DATE = 14  # Excel's own format, in the reader's order


class Column(NamedTuple):
    """``key`` of a row's value; ``kind``: text, money, number, percent or date."""

    key: str
    heading: str
    width: int
    kind: str = "text"


class Sheet:
    """A table with a heading that stays, printed across one page's width."""

    def __init__(self, book, title, columns):
        self.book, self.columns = book, columns
        self.sheet = book.file.add_worksheet(title)
        self.end = 1  # first free row
        for place, column in enumerate(columns):
            self.sheet.set_column(place, place, column.width)
            self.sheet.write_string(0, place, column.heading, book.format("heading"))
        self.sheet.freeze_panes(1, 0)
        self.sheet.repeat_rows(0)
        self.sheet.set_landscape()
        self.sheet.set_paper(A4)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer("&L&A&R&P / &N")

    def place(self, key):
        return next(n for n, column in enumerate(self.columns) if column.key == key)

    def letter(self, key):
        return xl_col_to_name(self.place(key))

    def add(self, currency, /, bold=False, **values):
        """One row. A value ``("=…", number)`` is a formula with what it comes to; any
        other text stays text, whatever it begins with."""
        for place, column in enumerate(self.columns):
            value = values.get(column.key)
            if value is None or value is False or value == "":
                continue
            self.put(place, column.kind, value, currency, bold)
        self.end += 1

    def put(self, place, kind, value, currency, bold):
        cell_format = self.book.format(kind, currency, bold)
        where = (self.end, place)
        if isinstance(value, tuple):
            formula, cached = value
            self.sheet.write_formula(*where, formula, cell_format, cached)
        elif kind == "text":
            self.sheet.write_string(*where, str(value), cell_format)
        elif kind == "date":
            self.sheet.write_datetime(*where, value, cell_format)
        else:
            self.sheet.write_number(*where, value, cell_format)

    def sum_of(self, key, first, last):
        """The cells of *key* from row *first* to *last* (counted from 0), summed."""
        place = self.place(key)
        cells = (xl_rowcol_to_cell(row, place) for row in (first, last))
        return f"=SUM({':'.join(cells)})" if last >= first else "=0"


class Book:
    def __init__(self):
        self.stream = io.BytesIO()
        self.file = xlsxwriter.Workbook(
            self.stream,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_numbers": False,
                "strings_to_urls": False,
            },
        )
        self.formats = {}

    def format(self, kind, currency=None, bold=False):
        key = (kind, currency and kind == "money" and currency.id, bold)
        if key not in self.formats:
            self.formats[key] = self.file.add_format(
                self._prepare_format(kind, currency, bold)
            )
        return self.formats[key]

    def _prepare_format(self, kind, currency, bold):
        vals = {"valign": "top"}
        if bold or kind == "heading":
            vals["bold"] = True
        if bold:
            vals["top"] = 1
        if kind == "heading":
            vals |= {"bg_color": "#EEEEEE", "bottom": 1, "text_wrap": True}
        elif kind == "text":
            vals["text_wrap"] = True
        else:
            vals["num_format"] = {
                "date": SHORT_DATE,
                "number": "#,##0.##",
                "percent": "0.00%",
            }.get(kind) or self._get_money_format(currency)
        return vals

    def _get_money_format(self, currency):
        digits = "." + "0" * currency.decimal_places if currency.decimal_places else ""
        symbol = (currency.symbol or currency.name).replace('"', "")
        if currency.position == "before":
            return f'"{symbol}"\\ #,##0{digits}'
        return f'#,##0{digits}\\ "{symbol}"'

    def close(self):
        self.file.close()
        return self.stream.getvalue()


class SalesCommissionWorkbook(models.AbstractModel):
    """Statements as a workbook in the reader's language: what adds up, adds up by
    formulas."""

    _name = "sales.commission.workbook"
    _description = "Commission Statement Workbook"

    @api.model
    def _make(self, statements):
        """The file's bytes: one statement with its lines and totals, or several with
        a sheet of them before."""
        statements = statements.with_env(self.env)
        statements.check_access("read")
        documents = statements._get_documents()
        # sudo: names of plans and payees on a statement that may be read
        statements = statements.sudo()
        book = Book()
        if len(statements) == 1:
            lines = self._add_lines(book, statements)
            self._add_totals(lines, statements)
        else:
            summary = self._add_statements(book)
            lines = self._add_lines(book, statements)
            self._fill_statements(summary, lines, statements)
        self._add_documents(book, statements, documents)
        return book.close()

    def _get_file_name(self, statements):
        if len(statements) == 1:
            return f"{statements.name.replace('/', '-')}.xlsx"
        period = statements.period_id
        if len(period) == 1:
            return self.env._("Commissions %s", period.name) + ".xlsx"
        return self.env._("Commission statements") + ".xlsx"

    # --- lines ------------------------------------------------------------------

    def _get_line_columns(self):
        return [
            Column("statement", self.env._("Statement"), 18),
            Column("payee", self.env._("Payee"), 22),
            Column("section", self.env._("Part"), 26),
            Column("period", self.env._("Period"), 16),
            Column("plan", self.env._("Plan"), 22),
            Column("component", self.env._("Component"), 22),
            Column("level", self.env._("Level"), 8, "number"),
            Column("explanation", self.env._("How it comes about"), 60),
            Column("amount", self.env._("Amount"), 16, "money"),
        ]

    def _add_lines(self, book, statements):
        sheet = Sheet(book, self.env._("Lines"), self._get_line_columns())
        for statement in statements:
            for section, lines, _total in statement._get_sections():
                for line in lines:
                    sheet.add(
                        statement.currency_id,
                        **self._prepare_line(line),
                        section=section,
                    )
        return sheet

    def _prepare_line(self, line):
        return {
            "statement": line.statement_id.name,
            "payee": line.employee_id.name,
            "period": line.period_name,
            "plan": line.plan_id.display_name,
            "component": line.component_id.name,
            "level": line.level or None,
            "explanation": line.explanation,
            "amount": line.amount,
        }

    def _add_totals(self, sheet, statement):
        """Below the lines: their total, what was brought and is carried forward,
        and what that leaves to pay."""
        last = sheet.end - 1
        letter = sheet.letter("amount")
        total, opening, closing = (sheet.end + step for step in (1, 2, 3))
        rows = [
            (
                self.env._("Total of the lines"),
                (sheet.sum_of("amount", 1, last), statement.amount_total),
            ),
            (self.env._("Brought forward"), statement.amount_opening),
            (self.env._("Carried forward"), statement.amount_closing),
            (
                self.env._("To pay"),
                (
                    f"={letter}{total}+{letter}{opening}-{letter}{closing}",
                    statement.amount_payable,
                ),
            ),
        ]
        for title, amount in rows:
            sheet.add(
                statement.currency_id,
                bold=True,
                statement=statement.name,
                explanation=title,
                amount=amount,
            )

    # --- several statements -----------------------------------------------------

    def _add_statements(self, book):
        return Sheet(
            book,
            self.env._("Statements"),
            [
                Column("statement", self.env._("Statement"), 18),
                Column("payee", self.env._("Payee"), 28),
                Column("period", self.env._("Period"), 18),
                Column("state", self.env._("State"), 14),
                Column("total", self.env._("Total of the lines"), 16, "money"),
                Column("opening", self.env._("Brought forward"), 16, "money"),
                Column("closing", self.env._("Carried forward"), 16, "money"),
                Column("payable", self.env._("To pay"), 16, "money"),
                Column("currency", self.env._("Currency"), 10),
            ],
        )

    def _fill_statements(self, sheet, lines, statements):
        states = dict(statements._fields["state"]._description_selection(self.env))
        for statement in statements:
            sheet.add(
                statement.currency_id,
                statement=statement.name,
                payee=statement.employee_id.name,
                period=statement.period_id.name,
                state=states[statement.state],
                total=self._sum_of_lines(sheet, lines, statement),
                opening=statement.amount_opening,
                closing=statement.amount_closing,
                payable=(self._get_payable_formula(sheet), statement.amount_payable),
                currency=statement.currency_id.name,
            )
        if len(statements.currency_id) == 1:
            self._add_sums(sheet, statements)

    def _sum_of_lines(self, sheet, lines, statement):
        names, amounts = lines.letter("statement"), lines.letter("amount")
        title = lines.sheet.get_name().replace("'", "''")
        cell = f"{sheet.letter('statement')}{sheet.end + 1}"
        formula = (
            f"=SUMIFS('{title}'!{amounts}:{amounts},'{title}'!{names}:{names},{cell})"
        )
        return formula, statement.amount_total

    def _get_payable_formula(self, sheet):
        row = sheet.end + 1
        total, opening, closing = map(sheet.letter, ("total", "opening", "closing"))
        return f"={total}{row}+{opening}{row}-{closing}{row}"

    def _add_sums(self, sheet, statements):
        currency = statements.currency_id
        last = sheet.end - 1
        sums = {
            key: (
                sheet.sum_of(key, 1, last),
                currency.round(sum(statements.mapped(f"amount_{key}"))),
            )
            for key in ("total", "opening", "closing", "payable")
        }
        sheet.add(currency, bold=True, statement=self.env._("Sum"), **sums)

    # --- documents --------------------------------------------------------------

    def _get_document_columns(self):
        return [
            Column("statement", self.env._("Statement"), 18),
            Column("payee", self.env._("Payee"), 22),
            Column("component", self.env._("Component"), 22),
            Column("period", self.env._("Period"), 16),
            Column("date", self.env._("Date"), 12, "date"),
            Column("document", self.env._("Document"), 22),
            Column("customer", self.env._("Customer"), 32),
            Column("total", self.env._("Document amount"), 16, "money"),
            Column("credited", self.env._("Credited"), 16, "money"),
            Column("quantity", self.env._("Quantity"), 12, "number"),
            Column("brings", self.env._("Brings"), 14, "money"),
        ]

    def _add_documents(self, book, statements, documents):
        sheet = Sheet(book, self.env._("Documents"), self._get_document_columns())
        credited = sheet.place("credited")
        for line in statements.line_ids:
            for document in documents.get(line.id, []):
                kind, amount = self._get_credited(document)
                sheet.put(credited, kind, amount, line.currency_id, False)
                if document.brought is not None:
                    money = "money", document.brought
                    sheet.put(sheet.place("brings"), *money, line.currency_id, False)
                sheet.add(
                    document.currency or line.currency_id,
                    statement=line.statement_id.name,
                    payee=line.employee_id.name,
                    component=line.component_id.name,
                    period=line.period_name,
                    date=document.date,
                    document=document.name,
                    customer=document.customer,
                    total=document.total,
                    quantity=document.quantity or None,
                )
        sheet.sheet.autofilter(0, 0, max(sheet.end - 1, 1), len(sheet.columns) - 1)

    def _get_credited(self, document):
        """``(kind, number)``: meetings are no euros, and a percentage is one of what
        it is divided by."""
        if document.unit == "percent":
            share = document.amount / document.quantity if document.quantity else 0.0
            return "percent", share
        return "number" if document.unit == "number" else "money", document.amount
