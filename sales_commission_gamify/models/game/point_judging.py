import logging
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..design.access import check_group

_logger = logging.getLogger(__name__)

# Rules that count records of their own are judged this often.
EVERY = timedelta(minutes=55)


class SalesCommissionPointRule(models.Model):
    """What each rule should have given is compared with what it gave, and the
    difference becomes rows: what is no longer true is taken back.

    Posting a document does nothing of this. A scheduled job looks which rules have
    something new, and judges all of them together, in a fixed number of statements.
    """

    _inherit = "sales.commission.point.rule"

    judged_at = fields.Datetime(readonly=True, copy=False)
    judged_credit_id = fields.Integer(readonly=True, copy=False)

    @api.model
    def _cron_judge(self):
        rules = self._get_due(fields.Datetime.now())
        for company, of_company in rules.grouped("company_id").items():
            try:
                with self.env.cr.savepoint():
                    of_company._judge()
            except Exception:
                # the other companies must not wait for this one
                _logger.exception("The points of %s are not judged", company.name)
            self.env["ir.cron"]._commit_progress(1)

    def action_judge(self):
        """Now rather than with the next scheduled job."""
        check_group(self.env, "group_officer")
        rules = self or self.search([])
        rules.check_access("write")
        # sudo: the group is checked; points have no writer
        live = rules.sudo().filtered_domain(self._get_judged_domain())
        added = self.env["sales.commission.point"]
        for of_company in live.grouped("company_id").values():
            added |= of_company._judge()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s rows of points were added.", len(added)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _get_judged_domain(self):
        """Rules that hold, but not those that the credits are followed by at once."""
        return Domain("component_id", "=", False) | (
            Domain("trigger", "!=", "credited")
            & Domain("component_id.plan_id.state", "!=", "draft")
        )

    @api.model
    def _get_due(self, now):
        """Rules of components with new credits, those that stand alone each hour, and
        all of them once a day: some wait for a day to be over."""
        rules = self.sudo().search(self._get_judged_domain())  # sudo: a scheduled job
        newest = dict(
            self.env["sales.commission.credit"]
            .sudo()
            ._read_group(
                [("component_id", "in", rules.component_id.ids)],
                ["component_id"],
                ["id:max"],
            )
        )
        return rules.filtered(
            lambda rule: (
                not rule.judged_at
                or rule.judged_at.date() < now.date()
                or (not rule.component_id and rule.judged_at <= now - EVERY)
                or newest.get(rule.component_id, 0) > rule.judged_credit_id
            )
        )

    def _judge(self):
        """:return: the points added"""
        if not self._lock_judging():
            return self.env["sales.commission.point"]  # somebody else is at it
        self.env.flush_all()
        [(newest,)] = self.env.execute_query(
            SQL("SELECT COALESCE(MAX(id), 0) FROM sales_commission_credit")
        )
        targets = [
            part
            for trigger, rules in self.grouped("trigger").items()
            for part in getattr(rules, f"_get_targets_{trigger}")()
        ]
        points = self.env["sales.commission.point"]._follow(
            self, targets, self._get_since()
        )
        self._keep_judged(newest)
        return points

    def _lock_judging(self):
        """Two at once would give the same and be refused by the database."""
        [(is_locked,)] = self.env.execute_query(
            SQL(
                """SELECT bool_and(pg_try_advisory_xact_lock(
                              hashtext('sales_commission_judging'), company_id))
                     FROM unnest(%s::int[]) AS company_id""",
                self.company_id.ids,
            )
        )
        return is_locked

    def _keep_judged(self, newest):
        """Not a change of what the rule gives."""
        self.env.execute_query(
            SQL(
                """
                UPDATE sales_commission_point_rule
                   SET judged_at = %s, judged_credit_id = %s
                 WHERE id = ANY(%s) RETURNING id
                """,
                fields.Datetime.now(),
                newest,
                self.ids,
            )
        )
        self.invalidate_recordset(["judged_at", "judged_credit_id"])

    @api.model
    def _get_since(self):
        """What is older than last year stays as it is."""
        today = fields.Date.context_today(self)
        return date(today.year - 1, 1, 1)
