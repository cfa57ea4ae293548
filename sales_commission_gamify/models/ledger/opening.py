from odoo import models

# What a document's own page reads besides the document: whoever lacks a right on it
# would get Odoo's error instead of the page.
READ_BESIDES = {"account.move": ("account.payment", "account.move.line")}


class SalesCommissionRun(models.Model):
    _inherit = "sales.commission.run"

    def _may_open(self, model, record_id):
        """Whether the user may open the page of this document."""
        if model not in self.env:
            return False
        document = self.env[model].browse(record_id).exists()
        return (
            bool(document)
            and all(
                self.env[name].has_access("read")
                for name in (model, *READ_BESIDES.get(model, ()))
                if name in self.env
            )
            and document.has_access("read")
        )

    def _say_may_not_open(self, name):
        return self.env._(
            "You may not open %(document)s, or it is deleted. Ask somebody who works "
            "with such documents.",
            document=name or self.env._("the document"),
        )

    def _open_document(self, model, record_id):
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": record_id,
            "views": [(False, "form")],
        }
