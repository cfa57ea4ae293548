from collections import defaultdict

from odoo import api, fields, models

from ..design.exact import exact


class SalesCommissionStatement(models.Model):
    """What is brought forward, and from which statements.

    It is the sum of what those left that were confirmed by then. Any of them may be
    set back and confirmed anew later, so the order of confirmation does not tell
    afterwards which: it is kept.
    """

    _inherit = "sales.commission.statement"

    opening_trace = fields.Json(
        readonly=True,
        copy=False,
        help="The statements of before that left something, and how much.",
    )

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"opening_trace"}

    def _freeze_opening(self):
        result = super()._freeze_opening()
        # sudo: as the opening itself, which follows from the step that was checked
        statements = self.sudo()
        before = statements._get_confirmed().grouped("employee_id")
        for statement in statements:
            statement.opening_trace = {
                "statements": [
                    row._prepare_opening_row()
                    for row in before.get(statement.employee_id, ())
                    if row._get_left()
                ]
            }
        return result

    def _write_step(self, vals):
        result = super()._write_step(vals)
        if vals.get("state") == "draft":
            self.sudo().opening_trace = False  # sudo: by the step, which was checked
        return result

    def _get_confirmed(self):
        """All statements of these payees that count for what is brought forward, in
        the order of confirmation."""
        return self.search_fetch(
            [
                ("company_id", "in", self.company_id.ids),
                ("employee_id", "in", self.employee_id.ids),
                ("state", "!=", "draft"),
            ],
            ["name", "company_id", "employee_id", "currency_id", "period_date",
             "amount_total", "amount_payable", "confirmed_on"],
            order="confirmed_on, period_date, id",
        )  # fmt: skip

    def _get_left(self):
        """What is left of this one alone: less than 0 to recover, more than 0 what it
        recovered."""
        return exact(self.currency_id.round(self.amount_total - self.amount_payable))

    def _prepare_opening_row(self):
        return {
            "statement": self.id,
            "name": self.name,
            "left": str(self._get_left()),
            "confirmed_on": fields.Datetime.to_string(self.confirmed_on),
        }

    def _get_sealed_one(self, lines):
        sealed = super()._get_sealed_one(lines)
        if self.opening_trace:
            sealed["brought"] = self.opening_trace["statements"]
        return sealed

    # --- derived again ----------------------------------------------------------------

    def _check_openings(self):
        """``{statement: rows}`` for what is brought forward."""
        confirmed = self._get_confirmed()
        by_payee = defaultdict(self.browse)
        for row in confirmed:
            by_payee[row.company_id, row.employee_id] |= row
        return {
            statement: statement._check_opening(
                by_payee[statement.company_id, statement.employee_id] - statement
            )
            for statement in self
        }

    def _check_opening(self, others):
        """What is brought forward, against what *others* of the payee leave."""
        title = self._fields["amount_opening"]._description_string(self.env)
        if self.opening_trace:
            now, changed = self._derive_opening(others)
            rows = [self._get_check_row("opening_changed", *row) for row in changed]
            reason = "opening"
        else:
            earlier = others.filtered(lambda row: row._is_confirmed_before(self))
            now, rows = sum(row._get_left() for row in earlier), []
            reason = "opening_order"
        then, now = self.amount_opening, float(now)
        if self.currency_id.compare_amounts(then, now):
            rows.append(self._get_check_row(reason, then, now, title))
        return rows

    def _derive_opening(self, others):
        """``(amount, [(then, now, name)] of statements that leave something else since
        they were set back)``

        What was confirmed before and never set back says itself what it leaves,
        whether it is named or not. Of what was set back since, what is kept counts.
        """
        by_id = {row.id: row for row in others}
        amount, changed, known = exact(0.0), [], set()
        for row in self.opening_trace["statements"]:
            before = by_id.get(row["statement"])
            stamp = before and fields.Datetime.to_string(before.confirmed_on)
            known.add(row["statement"])
            if stamp == row["confirmed_on"]:
                amount += before._get_left()
            else:
                left = exact(float(row["left"]))
                amount += left
                now = before._get_left() if before else exact(0.0)
                if now != left:
                    changed.append((float(left), float(now), row["name"]))
        for row in others:
            if row.id not in known and row._is_surely_before(self):
                amount += row._get_left()
        return amount, changed

    def _is_surely_before(self, other):
        return bool(
            self.confirmed_on
            and other.confirmed_on
            and self.confirmed_on < other.confirmed_on
        )

    def _is_confirmed_before(self, other):
        """By the order of confirmation, within one second that of the periods."""
        mine, theirs = (
            (row.confirmed_on or row.create_date, row.period_date, row.id)
            for row in (self, other)
        )
        return mine < theirs
