from odoo import api, models

# Odoo's own kinds of activities that are counted when they are done.
ACTIVITIES = {
    "activity_email": "mail.mail_activity_data_email",
    "activity_call": "mail.mail_activity_data_call",
    "activity_meeting": "mail.mail_activity_data_meeting",
}


class SalesCommissionMeasure(models.Model):
    """Ready measures of activities done. Whoever has an activity marks it as done
    himself: good for points, not for money."""

    _inherit = "sales.commission.measure"

    @api.model
    def _get_library(self):
        library = dict(super()._get_library())
        for key, xml_id in ACTIVITIES.items():
            kind = self.env.ref(xml_id, raise_if_not_found=False)
            if kind:
                library[key] = {
                    "model": "mail.activity",
                    "date": "date_done",
                    "owner": "user_id",
                    "domain": f"[('activity_type_id', '=', {kind.id}),"
                    " ('active', '=', False)]",
                }
        return library

    @api.model
    def _get_library_texts(self):
        return {
            **super()._get_library_texts(),
            "activity_email": (
                self.env._("E-mails done"),
                self.env._("Activities of the kind Email that are marked as done."),
            ),
            "activity_call": (
                self.env._("Calls done"),
                self.env._("Activities of the kind Call that are marked as done."),
            ),
            "activity_meeting": (
                self.env._("Appointments done"),
                self.env._("Activities of the kind Meeting that are marked as done."),
            ),
        }
