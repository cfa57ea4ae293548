from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date, formatLang


class SalesCommissionStatement(models.Model):
    """What happens to the entry or bill of statements afterwards."""

    _inherit = "sales.commission.statement"

    move_date = fields.Date(related="move_id.date", string="Booked on")
    move_state = fields.Selection(
        related="move_id.state", string="State of the entry or bill"
    )
    has_bill = fields.Boolean(compute="_compute_has_bill", compute_sudo=True)
    is_date_moved = fields.Boolean(compute="_compute_is_date_moved", compute_sudo=True)
    amount_residual = fields.Monetary(
        string="Still to pay",
        compute="_compute_amount_residual",
        compute_sudo=True,
        help="What is open on the entry; of a bill with its taxes.",
    )
    amount_paid = fields.Monetary(
        string="Paid so far",
        compute="_compute_amount_residual",
        compute_sudo=True,
        help="What was reconciled; of a bill with its taxes.",
    )

    @api.depends("move_id.move_type")
    def _compute_has_bill(self):
        for statement in self:
            statement.has_bill = statement.move_id.is_purchase_document()

    @api.depends("move_id.date", "move_id.state", "period_id.date_to")
    def _compute_is_date_moved(self):
        for statement in self:
            move = statement.move_id
            statement.is_date_moved = (
                move.state == "posted" and move.date > statement.period_id.date_to
            )

    @api.depends("move_id.line_ids.amount_residual", "move_id.state", "amount_payable")
    def _compute_amount_residual(self):
        for statement in self:
            total = residual = statement.amount_payable
            if statement.state in ("posted", "paid"):
                lines = statement._get_payable_lines()
                total = -sum(lines.mapped("balance"))
                residual = -sum(lines.mapped("amount_residual"))
            statement.amount_residual = residual
            statement.amount_paid = total - residual

    def _get_payable_lines(self):
        """The lines whose reconciliation pays the statement."""
        if not self.has_bill:
            return self.payable_line_id
        return self.move_id.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )

    def action_view_move(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }

    def action_pay(self):
        """Odoo's payment wizard for what is open of these statements."""
        self._check_group("group_accountant")
        lines = self.env["account.move.line"]
        for statement in self.filtered(lambda row: row.state == "posted"):
            lines |= statement._get_payable_lines()
        lines = lines.filtered(lambda line: not line.reconciled)
        if not lines:
            raise UserError(
                self.env._("Nothing is open: only posted statements can be paid.")
            )
        action = lines.action_register_payment()
        action["context"]["dont_redirect_to_payments"] = True
        return action

    def action_draft(self):
        self._check_group("group_officer", "group_accountant")
        self._check_not_booked()
        return super().action_draft()

    def action_reverse_entry(self):
        """Take the entry or bill back by Odoo's own reversal; a draft is deleted."""
        self._check_group("group_accountant")
        moves = self.sudo().move_id  # sudo: as posting, by the accountant's group
        if not moves:
            raise UserError(self.env._("There is no entry or bill to take back."))
        moves.lock_for_update()
        moves.filtered(lambda move: move.state == "draft").unlink()
        posted = moves.exists()
        today = fields.Date.context_today(self)
        if posted:
            posted._reverse_moves(
                [
                    {
                        "date": today,
                        "invoice_date": today if move.is_invoice() else False,
                        "ref": self.env._("Reversal of %s", move.name),
                    }
                    for move in posted
                ],
                cancel=True,
            )

    # --- called by the entry ----------------------------------------------------

    def _sync_payment_state(self):
        """Posted or paid, by the reconciliation of what is owed."""
        for statement in self:
            if statement.state in ("posted", "paid") and statement.move_id:
                lines = statement._get_payable_lines()
                paid = lines and all(lines.mapped("reconciled"))
                paid = paid or not statement.amount_payable  # it only moves expense
                state = "paid" if paid else "posted"
                if state != statement.state:
                    statement.state = state

    def _on_entry_posted(self):
        """The entry or bill stands in the books; maybe later than it should."""
        self.filtered(lambda row: row.state == "approved").state = "posted"
        self._sync_payment_state()
        moved = self.filtered("is_date_moved")
        moved._message_log_batch(
            bodies={
                statement.id: self.env._(
                    "%(entry)s is dated %(date)s: the books are locked for %(period)s.",
                    entry=statement.move_id.name,
                    date=format_date(self.env, statement.move_date),
                    period=statement.period_id.name,
                )
                for statement in moved
            }
        )

    def _on_entry_opened(self):
        """A posted bill was set back to draft: it waits to be posted again."""
        self.state = "approved"

    def _on_entry_reversed(self):
        """The entry was taken back: the statements can be posted again, once."""
        if not self:
            return
        for move, statements in self.grouped("move_id").items():
            statements.past_move_ids = [Command.link(move.id)]
        self._release_entry()

    def _on_entry_deleted(self):
        """Before the draft goes: the statements can be posted again."""
        if not self:
            return
        self._message_log_batch(
            bodies={
                statement.id: self.env._(
                    "The draft %s was deleted; the statement can be posted again.",
                    statement.move_id.display_name,
                )
                for statement in self
            }
        )
        self._release_entry()

    def _release_entry(self):
        self.search([("recovered_by_id", "in", self.ids)]).recovered_by_id = False
        self.write({"state": "approved", "move_id": False, "payable_line_id": False})

    # --- what may stand in it -----------------------------------------------------

    def _check_entry_amounts(self):
        """:raise UserError: for an entry or bill about to be posted that does not pay
        what its statement says"""
        for statement in self:
            move = statement.move_id
            if statement._get_booked_amount() != statement.amount_payable:
                raise UserError(
                    self.env._(
                        "%(entry)s has %(booked)s for statement %(name)s of %(payee)s, "
                        "which pays %(amount)s to %(contact)s. Correct it, or delete "
                        "it and post the statement again.",
                        entry=move.display_name,
                        booked=formatLang(
                            self.env,
                            statement._get_booked_amount(),
                            currency_obj=move.currency_id,
                        ),
                        name=statement.name,
                        payee=statement.employee_id.name,
                        amount=formatLang(
                            self.env,
                            statement.amount_payable,
                            currency_obj=statement.currency_id,
                        ),
                        contact=statement._get_contact().name,
                    )
                )

    def _get_booked_amount(self):
        """What the entry owes the payee's contact, of a bill before taxes; 0 for
        another contact or currency."""
        self.ensure_one()
        move = self.move_id
        if not self.amount_payable and not self.payable_line_id:
            return 0.0
        contact = self._get_contact().commercial_partner_id
        if self.has_bill:
            same = move.commercial_partner_id == contact
            same = same and move.currency_id == self.currency_id
            sign = -1 if move.move_type == "in_refund" else 1
            return sign * move.amount_untaxed if same else 0.0
        line = self.payable_line_id
        same = line.partner_id.commercial_partner_id == contact
        owed = line.account_id.account_type in ("liability_payable", "asset_receivable")
        return self.currency_id.round(-line.balance) if same and owed else 0.0
