import csv
import io
from datetime import date

from odoo import api, models
from odoo.tools import float_repr

from .statement_xlsx import Book, Column, Sheet

# What a spreadsheet would take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MONEY = ("payable", "earned")
WIDTHS = {"payee": 28, "department": 24, "statement": 20, "cost_centre": 28}


class SalesCommissionPayrollFile(models.AbstractModel):
    """A row for each statement, in the columns of the company."""

    _name = "sales.commission.payroll.file"
    _description = "Commission Payroll File"

    @api.model
    def _make(self, statements, extension):
        """The bytes of a csv or xlsx file."""
        statements = statements.with_env(self.env)
        statements.check_access("read")
        columns = self.env["sales.commission.payroll.column"]._get_for(
            statements.company_id
        )
        rows = self._get_rows(statements, columns)
        # sudo: how the file is written is a setting of the company
        company = statements.company_id.sudo()
        return getattr(self, f"_make_{extension}")(company, columns, rows)

    def _get_rows(self, statements, columns):
        # sudo: an accountant reads no employees; what payroll needs is given, to who
        # may make the file
        statements = statements.sudo()
        known = {}
        if "cost_centre" in columns.mapped("content"):
            known = self._get_cost_centres(statements)
        return [
            [self._get_value(statement, column, known) for column in columns]
            for statement in statements
        ]

    def _get_value(self, statement, column, cost_centres):
        payee, period = statement.employee_id, statement.period_id
        match column.content:
            case "payee":
                return payee.name
            case "badge":
                return payee.barcode or ""
            case "department":
                return payee.department_id.name or ""
            case "first":
                return period.date_from
            case "last":
                return period.date_to
            case "payable":
                return statement.amount_payable
            case "earned":
                return statement.amount_earned
            case "currency":
                return statement.currency_id.name
            case "statement":
                return statement.name
            case "cost_centre":
                return cost_centres.get(payee.work_contact_id, "")
            case "text":
                return column.text or ""

    def _get_cost_centres(self, statements):
        """``{work contact: names of the analytic accounts it is distributed to}``"""
        # sudo: as above
        models_ = self.env["account.analytic.distribution.model"].sudo()
        found = {}
        for model in models_.search(
            [
                ("partner_id", "in", statements.employee_id.work_contact_id.ids),
                ("company_id", "in", [False, statements.company_id.id]),
            ]
        ):
            names = model.distribution_analytic_account_ids.mapped("name")
            found.setdefault(model.partner_id, ", ".join(names))
        return found

    # --- csv --------------------------------------------------------------------

    def _make_csv(self, company, columns, rows):
        stream = io.StringIO()
        delimiter = {"comma": ",", "semicolon": ";", "tab": "\t"}
        writer = csv.writer(
            stream, delimiter=delimiter[company.sales_commission_payroll_delimiter]
        )
        writer.writerow([self._say_text(column.heading) for column in columns])
        for row in rows:
            writer.writerow([self._say(company, value) for value in row])
        return stream.getvalue().encode()

    def _say(self, company, value):
        if isinstance(value, float):
            digits = company.currency_id.decimal_places
            point = {"point": ".", "comma": ","}[
                company.sales_commission_payroll_decimal
            ]
            return float_repr(value, digits).replace(".", point)
        if isinstance(value, date):
            return value.strftime(company.sales_commission_payroll_date)
        return self._say_text(value)

    def _say_text(self, value):
        return f"'{value}" if value.startswith(FORMULA) else value

    # --- xlsx -------------------------------------------------------------------

    def _make_xlsx(self, company, columns, rows):
        kinds = dict.fromkeys(MONEY, "money") | {"first": "date", "last": "date"}
        book = Book()
        sheet = Sheet(
            book,
            self.env._("Payroll"),
            [
                Column(
                    str(column.id),
                    column.heading,
                    WIDTHS.get(column.content, 16),
                    kinds.get(column.content, "text"),
                )
                for column in columns
            ],
        )
        keys = [str(column.id) for column in columns]
        for row in rows:
            sheet.add(company.currency_id, **dict(zip(keys, row, strict=True)))
        return book.close()
