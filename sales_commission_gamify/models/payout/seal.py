from odoo import api, fields, models

from ...engine.audit import compute_checksum
from ..design.exact import exact

# Of each line and of what it pays, besides what names them.
LINE_FIGURES = (
    "amount",
    "draw_amount",
    "draw_earned",
    "draw_advanced",
    "draw_recovered",
    "draw_opening",
    "draw_closing",
)
EARNING_FIGURES = ("amount", "credited", "total")
PAYABLE_FIGURES = ("amount", "earned", "total")


class SalesCommissionStatement(models.Model):
    """What a confirmed statement says is sealed: a checksum over its figures and over
    the facts that it pays. Whoever alters one of them in the database breaks it."""

    _inherit = "sales.commission.statement"

    checksum = fields.Char(
        readonly=True,
        copy=False,
        help="SHA-256 over what the statement said when it was confirmed, and over the "
        "earnings that it pays.",
    )
    confirmed_on = fields.Datetime(readonly=True, copy=False)

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"checksum", "confirmed_on"}

    def _write_step(self, vals):
        result = super()._write_step(vals)
        # sudo: by the step, whose own checks came first
        if vals.get("state") == "confirmed":
            self.sudo()._seal()
        elif vals.get("state") == "draft":
            self.sudo().write({"checksum": False, "confirmed_on": False})
        return result

    def _seal(self):
        self = self.browse(self.ids)  # read together
        self.confirmed_on = fields.Datetime.now()
        for statement, inputs in self._get_sealed().items():
            statement.checksum = compute_checksum(inputs)

    def _is_seal_whole(self):
        """``{statement: whether its checksum fits what is stored}``, of those that
        have one."""
        sealed = self.filtered("checksum")
        return {
            statement: statement.checksum == compute_checksum(inputs)
            for statement, inputs in sealed._get_sealed().items()
        }

    def _get_sealed(self):
        """``{statement: what its checksum is made of}``, as the database has it."""
        self.env.flush_all()
        self.env.invalidate_all()
        self = self.browse(self.ids)  # read together
        lines = self.line_ids.browse(sorted(self.line_ids.ids))
        lines = lines.grouped("statement_id")
        return {
            statement: statement._get_sealed_one(lines.get(statement, ()))
            for statement in self
        }

    def _get_sealed_one(self, lines):
        return {
            "number": self.number,
            "period": self.period_id.id,
            "payee": self.employee_id.id,
            "company": self.company_id.id,
            "currency": self.currency_id.id,
            "confirmed_on": fields.Datetime.to_string(self.confirmed_on),
            **_get_figures(self, ("amount_total", "amount_opening", "amount_payable",
                                  "amount_closing")),
            "lines": [line._get_sealed() for line in lines],
        }  # fmt: skip


class SalesCommissionStatementLine(models.Model):
    _inherit = "sales.commission.statement.line"

    def _get_sealed(self):
        """The line, the plan's version and the facts that it pays."""
        return {
            "id": self.id,
            "kind": self.kind,
            "plan": self.plan_id.id,
            "version": self.plan_id.version,
            "component": self.component_id.id,
            "level": self.level,
            "date_from": self.date_from,
            "date_to": self.date_to,
            "adjustment": self.adjustment_id.id,
            "draw": self.draw_id.id,
            **_get_figures(self, LINE_FIGURES),
            "earnings": [
                {"id": row.id, **_get_figures(row, EARNING_FIGURES)}
                for row in self.earning_ids.sorted("id")
            ],
            "payables": [
                {"id": row.id, "date": row.date, **_get_figures(row, PAYABLE_FIGURES)}
                for row in self.payable_ids.sorted("id")
            ],
        }


def _get_figures(record, names):
    return {name: exact(record[name]) for name in names}
