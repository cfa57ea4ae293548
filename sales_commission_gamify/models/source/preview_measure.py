from odoo import api, models
from odoo.fields import Domain

from .invoice_measure import SALES
from .record_measure import OWNERS


class SalesCommissionMeasure(models.Model):
    """What whoever makes a measure sees of it."""

    _inherit = "sales.commission.measure"

    def action_view_counted(self):
        """The last records that match, whoever they are credited to."""
        self.ensure_one()
        if self.source == "record":
            self._check_record()
        model = self.env[self.model_name]
        domain, order = self._get_preview()
        # as the user: who designs a plan sees what they may see
        found = model.search(
            domain & self._parse_domain(self.domain, self.name), limit=80, order=order
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What would count: %s", self.name),
            "res_model": model._name,
            "domain": [("id", "in", found.ids)],
            "views": [(False, "list"), (False, "form")],
            "context": {"create": False, "active_test": False},
        }

    def _get_preview(self):
        """``(domain, order)`` of the rows that the measure looks at."""
        company = self.company_id or self.env.company
        if self.source == "record":
            name = self.sudo().date_field_id.name
            order = "id desc" if self.date_path else f"{name} desc, id desc"
            return self._get_record_domain(company), order
        if self.source == "achievement":
            return Domain("measure_id", "=", self.id), "date desc, id desc"
        if self.source == "order_line":
            return (
                Domain("company_id", "=", company.id)
                & Domain("order_id.state", "=", "sale")
                & Domain("display_type", "=", False)
                & Domain("is_downpayment", "=", False),
                "id desc",
            )
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("parent_state", "=", "posted")
            & Domain("display_type", "=", "product")
            & Domain("move_id.move_type", "in", SALES)
        )
        if self.source == "payment":
            paid = ("paid", "partial", "in_payment")
            domain &= Domain("move_id.payment_state", "in", paid)
        return domain, "date desc, id desc"

    @api.onchange("source")
    def _onchange_source(self):
        if self.value not in self._get_values():
            self.value = self._get_values()[0]
        self.domain = "[]"

    @api.onchange("model_id")
    def _onchange_model_id(self):
        self.date_field_id = self.value_field_id = False
        self.owner_path = self.date_path = False
        self.domain = "[]"
        model = self.env.get(self.model_name) if self.sudo().model_id else None
        if model is None:
            return
        for name in ("user_id", "employee_id"):
            field = model._fields.get(name)
            if field and field.store and field.comodel_name in OWNERS:
                self.owner_path = name
                break
