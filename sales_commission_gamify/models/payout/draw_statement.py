from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models

from ..design.exact import exact
from .draw_settlement import Settlement


class SalesCommissionStatement(models.Model):
    """The draws of a payee, settled with what the statement says he earned."""

    _inherit = "sales.commission.statement"

    draw_movement_ids = fields.One2many(
        "sales.commission.draw.movement", "statement_id", readonly=True
    )
    has_draw = fields.Boolean(compute="_compute_draw_balances")
    draw_opening = fields.Monetary(
        string="Draw balance before",
        compute="_compute_draw_balances",
        help="What the payee owed of his draws before this statement.",
    )
    draw_closing = fields.Monetary(
        string="Draw balance after",
        compute="_compute_draw_balances",
        help="What the payee owes of his draws after it: it is taken back from "
        "later earnings.",
    )

    @api.depends("line_ids.draw_opening", "line_ids.draw_closing")
    def _compute_draw_balances(self):
        for statement in self:
            lines = statement.line_ids.filtered(lambda line: line.kind == "draw")
            statement.has_draw = bool(lines)
            statement.draw_opening = sum(lines.mapped("draw_opening"))
            statement.draw_closing = sum(lines.mapped("draw_closing"))

    @api.model
    def _get_other_payees(self, period, done_payees):
        """Ids of payees who have a draw in *period*, whatever they earned."""
        payees = super()._get_other_payees(period, done_payees)
        running = self.env["sales.commission.draw"]._get_running(period)
        return payees | (running.keys() - set(done_payees.ids))

    # --- the lines ----------------------------------------------------------------

    def _settle_draws(self):
        """Write the draw lines of these drafts of one pay period anew."""
        result = super()._settle_draws()
        if not self:
            return result
        # read together: deleting lines empties the cache that told what to prefetch
        self = self.browse(self.ids)
        self.line_ids.filtered(lambda line: line.kind == "draw").unlink()
        period = self.period_id
        draws = self.env["sales.commission.draw"]
        running = draws._get_running(period)
        balances = self.env["sales.commission.draw.movement"]._get_balances(
            self.employee_id.ids, period.company_id
        )
        last_plans = draws.union(
            *(owed.draw for rows in balances.values() for owed in rows.values())
        ).plan_id
        starts = draws._get_starts(last_plans, self.employee_id)
        lines = []
        for statement in self:
            payee = statement.employee_id
            settlement = statement._prepare_settlement(balances.get(payee.id, {}))
            for draw, amount, start in running.get(payee.id, ()):
                recovering = draw._is_recovering(period.date_to, start)
                settlement.settle_running(draw, amount, recovering)
            for draw, owed in settlement.get_ended():
                start = starts.get((draw.plan_id._get_root(), payee))
                recovering = draw._is_recovering(period.date_to, start)
                settlement.settle_ended(draw, owed, recovering)
            lines += [
                {
                    "statement_id": statement.id,
                    "date_from": period.date_from,
                    "date_to": period.date_to,
                    **line,
                }
                for line in settlement.lines
            ]
        self.env["sales.commission.statement.line"].create(lines)
        return result

    def _prepare_settlement(self, owed):
        self.ensure_one()
        earned = defaultdict(Decimal)
        for line in self._get_earned_lines():
            earned[line.plan_id._get_root()] += exact(line.amount)
        total = sum(map(exact, self.line_ids.mapped("amount")), Decimal(0))
        return Settlement(earned, total + exact(self.amount_opening), owed)

    # --- the movements ------------------------------------------------------------

    def _write_step(self, vals):
        result = super()._write_step(vals)
        # sudo: nobody may write what follows from the step, which was checked
        self.sudo()._book_draws()
        return result

    def _book_draws(self):
        """Make the movements of these statements sum up to what their lines say, or
        to nothing while they are drafts. Doing it twice does nothing twice."""
        self = self.browse(self.ids)  # read together
        drafts = self.filtered(lambda statement: statement.state == "draft")
        wanted = (self - drafts)._prepare_draw_movements()
        held = self._get_held_movements()
        vals_list = []
        forgiven = {event: held.pop(event) for event in list(held)
                    if event[2] == "forgiven"}  # fmt: skip
        for event, vals in wanted.items():
            amount = vals["amount"] - held.pop(event, {}).get("amount", 0)
            vals_list.append({**vals, "amount": amount})
        # what is taken back, the newest first: no balance gets below 0 on the way
        for vals in reversed(held.values()):
            vals_list.append({**vals, "amount": -vals["amount"]})
        vals_list = [
            vals
            for vals in vals_list
            if not self.company_id.currency_id[:1].is_zero(vals["amount"])
        ]
        movements = self.env["sales.commission.draw.movement"]
        if vals_list or forgiven:
            movements._book(movements._with_remissions(vals_list, forgiven))

    def _prepare_draw_movements(self):
        """``{(statement id, draw id, kind): values}``, the earliest statement first."""
        wanted = {}
        for statement in self.sorted("period_date"):
            for line in statement.line_ids.filtered("draw_id.recoverable"):
                for kind, amount in (
                    ("advanced", line.draw_advanced),
                    ("recovered", -line.draw_recovered),
                ):
                    if amount:
                        wanted[statement.id, line.draw_id.id, kind] = {
                            "employee_id": statement.employee_id.id,
                            "draw_id": line.draw_id.id,
                            "root_id": line.draw_id._get_root().id,
                            "plan_id": line.plan_id.id,
                            "company_id": statement.company_id.id,
                            "currency_id": statement.currency_id.id,
                            "statement_id": statement.id,
                            "statement_name": statement.name,
                            "date": statement.period_date,
                            "kind": kind,
                            "amount": amount,
                        }
        return wanted

    def _get_held_movements(self):
        """The same of what is booked, in the order of booking."""
        held = {}
        for row in self.draw_movement_ids.sorted("id"):
            self._add_held(held, row, row.statement_id)
        return held

    @api.model
    def _add_held(self, held, row, statement):
        event = statement.id, row.draw_id.id, row.kind
        vals = held.pop(event, None) or {
            **{
                name: row[name].id
                for name in (
                    "employee_id", "draw_id", "root_id", "plan_id", "company_id",
                    "currency_id",
                )
            },
            "statement_id": statement.id,
            "statement_name": statement.name,
            "date": row.date,
            "kind": row.kind,
            "amount": 0.0,
        }  # fmt: skip
        vals["amount"] += row.amount
        held[event] = vals


class SalesCommissionStatementLine(models.Model):
    """A line of a draw keeps the figures that it was settled with."""

    _inherit = "sales.commission.statement.line"

    draw_id = fields.Many2one(
        "sales.commission.draw", readonly=True, ondelete="restrict"
    )
    draw_amount = fields.Monetary(string="Draw of the period", readonly=True)
    draw_earned = fields.Monetary(string="Earned by its plan", readonly=True)
    draw_advanced = fields.Monetary(string="Advanced", readonly=True)
    draw_recovered = fields.Monetary(string="Taken back", readonly=True)
    draw_opening = fields.Monetary(string="Owed before", readonly=True)
    draw_closing = fields.Monetary(string="Owed after", readonly=True)

    def _get_title(self):
        return self.env._("Draw") if self.kind == "draw" else super()._get_title()

    def _explain(self):
        """“Draw of 2,000.00: 1,500.00 earned, 500.00 advanced, balance 500.00”"""
        if self.kind != "draw":
            return super()._explain()
        money = self.currency_id.format
        draw = self.draw_id.sudo()  # sudo: who may read the line may read its terms
        parts = []
        if self.draw_amount:
            parts.append(self.env._("%s earned", money(self.draw_earned)))
            head = self._explain_draw_amount(draw)
        else:
            parts.append(self.env._("%s owed", money(self.draw_opening)))
            head = self.env._("Draw that has ended")
        if self.draw_advanced:
            advanced = money(self.draw_advanced)
            parts.append(
                self.env._("%s advanced", advanced)
                if draw.recoverable
                else self.env._("%s added", advanced)
            )
        if self.draw_recovered:
            parts.append(self.env._("%s taken back", money(self.draw_recovered)))
        if not self.draw_advanced and not self.draw_recovered:
            parts.append(self.env._("nothing to add or to take back"))
        if draw.recoverable:
            parts.append(self.env._("balance %s", money(self.draw_closing)))
        return f"{head}: {', '.join(parts)}"

    def _explain_draw_amount(self, draw):
        money = self.currency_id.format
        if self.currency_id.compare_amounts(self.draw_amount, draw.amount):
            return self.env._(
                "Draw of %(part)s, the part of %(amount)s for these days",
                part=money(self.draw_amount),
                amount=money(draw.amount),
            )
        return self.env._("Draw of %s", money(self.draw_amount))
