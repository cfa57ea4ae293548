from odoo import api, models

from ..design.access import check_group

# Ready measures of apps that may be installed: by key, the model they need and how
# its records are counted. Names and descriptions are in _get_library_texts.
LIBRARY = {
    "crm_won_revenue": {
        "model": "crm.lead",
        "date": "date_closed",
        "owner": "user_id",
        "value": "expected_revenue",
        "domain": "[('type', '=', 'opportunity'), ('won_status', '=', 'won')]",
    },
    "crm_won": {
        "model": "crm.lead",
        "date": "date_closed",
        "owner": "user_id",
        "domain": "[('type', '=', 'opportunity'), ('won_status', '=', 'won')]",
    },
    "crm_qualified": {
        "model": "crm.lead",
        "date": "date_conversion",
        "owner": "user_id",
        "domain": "[('type', '=', 'opportunity')]",
    },
    "calendar_meetings": {
        "model": "calendar.event",
        "date": "start",
        "owner": "user_id",
        "domain": "[('stop', '<', 'now'), ('active', '=', True)]",
    },
    "pos_orders": {
        "model": "pos.order",
        "date": "date_order",
        "owner": "user_id",
        "domain": "[('state', 'in', ('paid', 'done')), ('is_refund', '=', False)]",
    },
    "pos_amount": {
        "model": "pos.order.line",
        "date": "order_id.date_order",
        "owner": "order_id.user_id",
        "value": "price_subtotal",
        "domain": "[('order_id.state', 'in', ('paid', 'done'))]",
    },
    "pos_quantity": {
        "model": "pos.order.line",
        "date": "order_id.date_order",
        "owner": "order_id.user_id",
        "value": "qty",
        "domain": "[('order_id.state', 'in', ('paid', 'done')),"
        " ('combo_line_ids', '=', False)]",
    },
}


class SalesCommissionMeasure(models.Model):
    """Ready measures of other apps, made when the app is there."""

    _inherit = "sales.commission.measure"

    @api.model
    def _get_library(self):
        return LIBRARY

    @api.model
    def _get_library_texts(self):
        """``{key: (name, description)}`` in the user's language."""
        return {
            "crm_won_revenue": (
                self.env._("Revenue of opportunities won"),
                self.env._("Expected revenue of won opportunities, when they close."),
            ),
            "crm_won": (
                self.env._("Opportunities won"),
                self.env._("Number of opportunities won, on the day they close."),
            ),
            "crm_qualified": (
                self.env._("Leads qualified"),
                self.env._("Leads made an opportunity, on the day of that."),
            ),
            "calendar_meetings": (
                self.env._("Meetings held"),
                self.env._(
                    "Meetings of the calendar that are over, for who called; not those "
                    "cancelled."
                ),
            ),
            "pos_orders": (
                self.env._("Shop orders"),
                self.env._(
                    "Number of paid orders of the shop, for the cashier. An order of "
                    "which everything was brought back counts no longer."
                ),
            ),
            "pos_amount": (
                self.env._("Shop sales"),
                self.env._(
                    "What the shop sold, without taxes, for the cashier. What is "
                    "brought back counts as negative."
                ),
            ),
            "pos_quantity": (
                self.env._("Units sold in the shop"),
                self.env._("Units that the shop sold, less those brought back."),
            ),
        }

    @api.model
    def _load_library(self):
        """Add the ready measures of the apps that are installed, each once, even if
        it was archived since.

        :return: the measures added
        """
        library = self._get_library()
        known = set(
            self.with_context(active_test=False)
            .search([("library_key", "in", list(library))])
            .mapped("library_key")
        )
        texts = self._get_library_texts()
        return self.create(
            [
                self._prepare_library_measure(key, *texts[key])
                for key in library
                if key not in known and self._get_library_fields(key)
            ]
        )

    @api.model
    def _get_library_fields(self, key):
        """``{name: ir.model.fields id}``; nothing when a field is not there."""
        entry = self._get_library()[key]
        names = [
            name
            for name in (entry["date"], entry.get("value"))
            if name and "." not in name
        ]
        if not all(
            self._has_stored_path(entry["model"], path)
            for path in [*names, entry["date"], entry["owner"]]
        ):
            return {}
        # sudo: who designs a plan may not read the list of fields
        registry = self.env["ir.model.fields"].sudo()
        return {name: registry._get(entry["model"], name).id for name in names}

    @api.model
    def _has_stored_path(self, model_name, path):
        model = self.env.get(model_name)
        for name in path.split("."):
            if model is None or name not in model._fields:
                return False
            field = model._fields[name]
            if not field.store:
                return False
            model = self.env.get(field.comodel_name) if field.relational else None
        return True

    @api.model
    def _prepare_library_measure(self, key, name, description):
        entry = self._get_library()[key]
        found = self._get_library_fields(key)
        return {
            "library_key": key,
            "name": name,
            "description": description,
            "sequence": 50,
            "source": "record",
            "value": "amount" if entry.get("value") else "documents",
            "model_id": self.env["ir.model"].sudo()._get_id(entry["model"]),
            "date_field_id": found.get(entry["date"]),
            "date_path": "." in entry["date"] and entry["date"],
            "owner_path": entry["owner"],
            "value_field_id": found.get(entry.get("value")),
            "domain": entry["domain"],
        }

    @api.model
    def action_load_library(self):
        """Add the ready measures of apps that were installed since."""
        check_group(self.env, "group_officer")
        # sudo: the group is checked; an officer may not read the app's records
        added = self.sudo()._load_library()
        if added:
            message = self.env._("Added: %s.", ", ".join(added.mapped("name")))
        else:
            message = self.env._("Every ready measure of your apps is already there.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
