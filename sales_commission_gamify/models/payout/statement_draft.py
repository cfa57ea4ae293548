from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL


class SalesCommissionStatement(models.Model):
    """What is open for a payee, and what earlier statements left to recover."""

    _inherit = "sales.commission.statement"

    @api.model
    def _compute_drafts(self, period, payees=None):
        """Make the draft statements of *period* say what is open now.

        Collects the earnings of this and all earlier periods, or what became payable
        of them, that are on no statement yet; once the period is closing, those alone
        that were booked by then. Payees whose statement is already confirmed are left
        alone: what comes later is paid with their next one.

        :param payees: those whose statements are computed; all, if not given
        """
        # sudo: officers compute, but nobody has the right to write statements
        self = self.sudo().with_context(tracking_disable=True)
        period.sudo().lock_for_update()  # two officers at once: the second is told
        statements = self.search([("period_id", "=", period.id)])
        wanted = statements.filtered(
            lambda statement: payees is None or statement.employee_id in payees
        )
        drafts = wanted.filtered(lambda statement: statement.state == "draft")
        drafts.line_ids.unlink()
        done = (statements - drafts).employee_id
        if payees is not None:
            done |= self._get_candidates(period) - payees
        lines = self._prepare_lines(period, done)
        due = {vals["employee_id"] for vals in lines}
        due |= self._get_other_payees(period, done)
        drafts.filtered(
            lambda draft: draft.employee_id.id not in due and not draft.past_move_ids
        ).unlink()
        drafts = drafts.exists()
        missing = sorted(due - set(drafts.employee_id.ids))
        first_number = max(statements.exists().mapped("number"), default=0) + 1
        drafts |= self.create(
            [
                {
                    "number": number,
                    "period_id": period.id,
                    "currency_id": period.company_id.currency_id.id,
                    "employee_id": payee,
                }
                for number, payee in enumerate(missing, first_number)
            ]
        )
        by_payee = {draft.employee_id.id: draft for draft in drafts}
        for vals in lines:
            vals["statement_id"] = by_payee[vals.pop("employee_id")].id
        self.env["sales.commission.statement.line"].create(lines)
        openings = self._get_open_balances(period.company_id, due)
        for payee, draft in by_payee.items():
            draft.amount_opening = openings.get(payee, 0.0)
        drafts._settle_draws()

    @api.model
    def _get_candidates(self, period):
        """Payees for whom *period* may get a statement, or has a draft."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT e.employee_id FROM sales_commission_earning e
                 WHERE e.company_id = %(company)s AND e.date_to <= %(last)s
                   AND NOT EXISTS (
                       SELECT 1 FROM sales_commission_statement_line_earning_rel r
                        WHERE r.earning_id = e.id)
                 UNION
                SELECT p.employee_id FROM sales_commission_payable p
                 WHERE p.company_id = %(company)s AND p.date_to <= %(last)s
                   AND NOT EXISTS (
                       SELECT 1 FROM sales_commission_statement_line_payable_rel r
                        WHERE r.payable_id = p.id)
                 UNION
                SELECT a.employee_id FROM sales_commission_adjustment a
                 WHERE a.company_id = %(company)s AND a.state = 'approved'
                   AND NOT EXISTS (
                       SELECT 1 FROM sales_commission_statement_line l
                        WHERE l.adjustment_id = a.id)
                 UNION
                SELECT s.employee_id FROM sales_commission_statement s
                 WHERE s.period_id = %(period)s AND s.state = 'draft'
                """,
                company=period.company_id.id,
                last=period.date_to,
                period=period.id,
            )
        )
        payees = self.env["hr.employee"]
        others = self._get_other_payees(period, payees)
        return payees.browse(sorted({row[0] for row in rows} | others))

    @api.model
    def _get_other_payees(self, _period, _done_payees):
        """Hook: ids of payees who have a statement without any line of
        ``_prepare_lines``."""
        return set()

    def _settle_draws(self):
        """Hook: what these drafts of one pay period add to or take from what was
        earned. Called when all other lines and what is brought forward are known,
        again when they are confirmed."""

    def _get_earned_lines(self):
        """The lines of what components pay: without draws and adjustments."""
        return self.line_ids.filtered(lambda line: line.kind == "earning")

    @api.model
    def _prepare_lines(self, period, done_payees):
        """Values of the lines of what is open for *period*, each with the
        ``employee_id`` whose statement it belongs to."""
        return [
            *self._prepare_earning_lines(period, done_payees),
            *self._prepare_payable_lines(period, done_payees),
        ]

    @api.model
    def _prepare_earning_lines(self, period, done_payees):
        """What is payable as it is earned."""
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT e.employee_id, e.plan_id, e.component_id, e.level,
                       e.date_from, e.date_to, SUM(e.amount) AS amount,
                       array_agg(e.id ORDER BY e.id) AS earning_ids
                  FROM sales_commission_earning e
                 WHERE e.company_id = %s AND e.date_to <= %s AND %s
                   AND NOT EXISTS (SELECT 1 FROM sales_commission_plan plan
                                    WHERE plan.id = e.plan_id AND %s)
                   AND NOT e.employee_id = ANY(%s)
                   AND NOT EXISTS (
                       SELECT 1 FROM sales_commission_statement_line_earning_rel r
                        WHERE r.earning_id = e.id)
                 GROUP BY 1, 2, 3, 4, 5, 6
                 ORDER BY e.employee_id, e.date_from, e.component_id, e.level
                """,
                period.company_id.id,
                period.date_to,
                period._get_in_time_sql("earning", "e"),
                self.env["sales.commission.held"]._get_rule_sql("plan"),
                done_payees.ids,
            )
        )
        for row in rows:
            row["earning_ids"] = [Command.set(row["earning_ids"])]
        return rows

    @api.model
    def _get_open_balances(self, company, payee_ids):
        """``{payee id: negative amount}`` that earlier statements did not recover:
        all that stood on them, draws included, less all they paid."""
        groups = self.sudo()._read_group(
            [
                ("company_id", "=", company.id),
                ("employee_id", "in", list(payee_ids)),
                ("state", "!=", "draft"),
            ],
            ["employee_id"],
            ["amount_total:sum", "amount_payable:sum"],
        )
        return {payee.id: total - paid for payee, total, paid in groups}

    def _freeze_opening(self):
        """What earlier statements left to recover, now that this one is final.

        :raise UserError: while an earlier statement of the payee is a draft, which
            could still change it
        """
        self = self.sudo()
        period = self.period_id
        earlier = self.search(
            [
                ("employee_id", "in", self.employee_id.ids),
                ("company_id", "=", period.company_id.id),
                ("period_date", "<", period.date_to),
                ("state", "=", "draft"),
            ],
            limit=1,
        )
        if earlier:
            raise UserError(
                self.env._(
                    "Confirm or delete statement %(name)s of %(payee)s first: it is "
                    "earlier and still a draft.",
                    name=earlier.name,
                    payee=earlier.employee_id.name,
                )
            )
        openings = self._get_open_balances(period.company_id, self.employee_id.ids)
        for statement in self:
            statement.amount_opening = openings.get(statement.employee_id.id, 0.0)
        self._settle_draws()  # by what those confirmed meanwhile left
