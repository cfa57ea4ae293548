from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import Controller, content_disposition, request, route

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


MAX_ID = 2**31 - 1  # what the database can look for


def read_id(text):
    """The number of a row that *text* may name, or None."""
    if text.isdecimal() and len(text) <= len(str(MAX_ID)) and int(text) <= MAX_ID:
        return int(text)
    return None


class CommissionFiles(Controller):
    @route(
        "/commissions/statements/<string:ids>.xlsx",
        type="http",
        auth="user",
        readonly=True,
    )
    def statement_workbook(self, ids, **_kwargs):
        """The statements with these ids, as far as the visitor may read all of them."""
        numbers = [number for number in map(read_id, ids.split("-")) if number]
        statements = request.env["sales.commission.statement"].browse(numbers).exists()
        workbook = request.env["sales.commission.workbook"]
        try:
            content = workbook._make(statements) if statements else b""
        except (AccessError, MissingError):
            content = b""
        if not content:
            raise NotFound
        name = workbook._get_file_name(statements.sudo())  # sudo: checked by _make
        return request.make_response(
            content,
            headers=[
                ("Content-Type", XLSX),
                ("Content-Disposition", content_disposition(name)),
            ],
        )

    @route(
        "/commissions/scenarios/<string:ids>.xlsx",
        type="http",
        auth="user",
        readonly=True,
    )
    def scenario_workbook(self, ids, **_kwargs):
        """The scenarios with these ids side by side, for who may simulate them."""
        numbers = [number for number in map(read_id, ids.split("-")) if number]
        scenarios = request.env["sales.commission.scenario"].browse(numbers)
        workbook = request.env["sales.commission.scenario.workbook"]
        try:
            scenarios = scenarios.exists()
            content = workbook._make(scenarios)
        except UserError as error:  # of no right, too: nobody is told what there is
            raise NotFound from error
        return request.make_response(
            content,
            headers=[
                ("Content-Type", XLSX),
                (
                    "Content-Disposition",
                    content_disposition(workbook._get_file_name(scenarios)),
                ),
            ],
        )
