import logging

from odoo import SUPERUSER_ID, api, models
from odoo.tools import ormcache

from .run import LOCK_TIMEOUT

# What the server actions do as they are delivered (data/ir_actions_server.xml).
DELIVERED = "action = records._sales_commission_compute()"

_logger = logging.getLogger(__name__)


class SalesCommissionDocument(models.AbstractModel):
    _inherit = "sales.commission.document"

    # The server action that computes, for the models whose lists show it.
    _sales_commission_action = None

    def _sales_commission_changed(self, document_ids):
        result = super()._sales_commission_changed(document_ids)
        runs = self.env["sales.commission.run"].sudo()
        if not document_ids or not runs._has_plans(self._name):
            return result
        # What Odoo still has to write is Odoo's: an error in it must reach the
        # user, or Odoo's own retry, and not be taken for ours.
        self.env.flush_all()
        try:
            with runs._apart(LOCK_TIMEOUT):
                self._sales_commission_run_action(document_ids)
        except Exception as error:
            _logger.info(
                "Commissions of %s %s failed", self._name, document_ids, exc_info=1
            )
            runs._keep_failure(self._name, document_ids, error)
        return result

    def _sales_commission_run_action(self, document_ids):
        """Run the server action that computes commissions, as it was set up."""
        # The superuser: whoever posts an invoice needs no commission right, and what
        # is computed must not depend on what this user may read.
        documents = self.browse(document_ids).with_user(SUPERUSER_ID)
        if not self._sales_commission_action:
            documents._sales_commission_compute()
            return
        action_id, is_plain = self._sales_commission_remember_action()
        if is_plain:  # they are those that can be counted already
            runs = documents.env["sales.commission.run"]
            runs._run_documents(self._name, document_ids)
        elif action_id:  # an administrator may have deleted it
            actions = documents.env["ir.actions.server"].with_context(
                active_model=self._name, active_ids=document_ids
            )
            actions.browse(action_id).run()

    @api.model
    @ormcache()
    def _sales_commission_remember_action(self):
        """The server action, and whether it does nothing but what it was delivered
        with: then the documents are computed without setting up all that the code of
        an action may use, which costs more than a tenth of posting an invoice. Odoo
        drops the cache when an action is written.

        :return: ``(id or False, is plain)``
        """
        action_id = self.env["ir.model.data"]._xmlid_to_res_id(
            self._sales_commission_action
        )
        # sudo: what is remembered must not depend on who asks first
        action = self.env["ir.actions.server"].sudo().browse(action_id or []).exists()
        is_plain = (
            action.state == "code"
            and (action.code or "").strip() == DELIVERED
            and action.model_id.model == self._name
        )
        return action.id, is_plain

    def _sales_commission_compute(self):
        """Credit, price and reward these documents (called by the server action).

        Running it again changes nothing.
        :return: the client action that tells the user what was added
        """
        # sudo: the action is for officers and accountants, who may not be
        # allowed to read all that a plan's filter looks at
        credit, earnings = (
            self.env["sales.commission.run"]
            .sudo()
            ._run_documents(self._name, self._sales_commission_filter_ids())
        )
        message = self.env._("Commissions are up to date: nothing to add.")
        if credit:
            message = self.env._(
                "%(credits)s credits and %(earnings)s earnings added.",
                credits=len(credit),
                earnings=len(earnings),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message},
        }

    def _sales_commission_filter_ids(self):
        """Ids to compute: deleted documents too, so that they stop counting."""
        existing = self.exists()
        return existing._sales_commission_filter().ids + (self - existing).ids

    def action_view_sales_commission_credits(self):
        """What these documents credited to whom."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_credit_action"
        )
        action["domain"] = [
            ("document_model", "=", self._name),
            ("document_id", "in", self.ids),
        ]
        action["context"] = {}
        return action


class AccountMove(models.Model):
    _inherit = "account.move"

    _sales_commission_action = "sales_commission_gamify.ir_actions_server_compute"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    _sales_commission_action = (
        "sales_commission_gamify.ir_actions_server_compute_orders"
    )
