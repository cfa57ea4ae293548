from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..ledger.exception import DOCUMENT_KINDS
from .close_step import ACCOUNTANT, OFFICER
from .dispute import OPEN


class Check(NamedTuple):
    """Something that may stand in the way of closing a period.

    ``stops`` names the step that is refused for the payees concerned; without it the
    check is a hint, and ``note`` says what happens if nothing is done.
    """

    key: str
    label: str
    note: str
    model: str
    domain: list
    action: str  # our own window action that lists them
    stops: str = ""
    group: str = ""  # who may open the list; everybody who closes, if empty


class SalesCommissionPeriod(models.Model):
    """What stands in the way of closing a period, as it is now."""

    _inherit = "sales.commission.period"

    close_checks = fields.Json(
        compute="_compute_close_checks", groups=f"{OFFICER},{ACCOUNTANT}"
    )

    @api.depends_context("lang", "uid")
    def _compute_close_checks(self):
        for period in self:
            period.close_checks = period._origin._read_close_checks()

    def _read_close_checks(self):
        """``[{key, label, note, count, stops, can_open}]``; none of a locked period."""
        if not self or self.state == "locked":
            return []
        stops = {
            "confirm": self.env._("Stops Confirm"),
            "approve": self.env._("Stops Approve"),
            "post": self.env._("Stops Post"),
        }
        has_group = self.env.user.has_group
        return [
            {
                "key": check.key,
                "label": check.label,
                "note": check.note,
                # sudo: the number alone; the list shows what the user may read
                "count": self.env[check.model].sudo().search_count(check.domain),
                "stops": stops.get(check.stops, ""),
                "can_open": not check.group or has_group(check.group),
            }
            for check in self._get_close_checks()
        ]

    def action_view_check(self, key):
        """The list behind a row of the checklist."""
        self.ensure_one()
        self._check_group("group_officer", "group_accountant")
        check = next(row for row in self._get_close_checks() if row.key == key)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"sales_commission_gamify.{check.action}"
        )
        return {
            **action,
            "name": check.label,
            "domain": check.domain,
            "context": {},
        }

    # --- the checks ----------------------------------------------------------------

    def _get_close_checks(self):
        """Hook: what is looked at, what stops a step first."""
        self.ensure_one()
        return [
            *self._get_statement_checks(),
            *self._get_exception_checks(),
            *self._get_other_checks(),
            *self._get_dispute_checks(),
        ]

    def _get_statement_checks(self):
        model = "sales.commission.statement"
        action = "sales_commission_statement_action"
        own = [("period_id", "=", self.id)]
        return [
            Check(
                "acceptance",
                self.env._("Plans not accepted"),
                self.env._(
                    "The payee has to accept the plan before the statement is "
                    "confirmed."
                ),
                model,
                [("id", "in", self._get_not_accepted_ids())],
                action,
                "confirm",
            ),
            Check(
                "earlier",
                self.env._("Drafts of earlier periods"),
                self.env._(
                    "Confirm or delete them first: they change what is brought forward."
                ),
                model,
                [
                    ("company_id", "=", self.company_id.id),
                    ("period_date", "<", self.date_from),
                    ("state", "=", "draft"),
                ],
                action,
                "confirm",
            ),
            Check(
                "contact",
                self.env._("Payees without a work contact"),
                self.env._("Nobody to pay: set the work contact on the employee."),
                model,
                [("id", "in", self._get_contactless_ids())],
                action,
                "post",
            ),
            Check(
                "second",
                self.env._("Second approvals missing"),
                self.env._("Another accountant than the first has to approve them."),
                model,
                [*own, ("is_second_pending", "=", True)],
                action,
                "post",
            ),
            Check(
                "outliers",
                self.env._("Unusual amounts"),
                self.env._(
                    "Far from what the payee got in the last six months: have a look."
                ),
                model,
                [
                    *own,
                    ("is_outlier", "=", True),
                    ("state", "in", ("draft", "confirmed")),
                ],
                action,
            ),
        ]

    def _get_not_accepted_ids(self):
        """Drafts that pay by a plan which their payee has not accepted."""
        # sudo: the setting of the company, whoever asks
        if not self.company_id.sudo().sales_commission_require_acceptance:
            return []
        self.env.flush_all()
        return self._get_ids(
            SQL(
                """
                SELECT DISTINCT statement.id
                  FROM sales_commission_statement statement
                  JOIN sales_commission_statement_line line
                    ON line.statement_id = statement.id
                 WHERE statement.period_id = %s AND statement.state = 'draft'
                   AND line.amount != 0 AND line.plan_id IS NOT NULL
                   AND NOT EXISTS (
                       SELECT 1 FROM sales_commission_acceptance accepted
                        WHERE accepted.plan_id = line.plan_id
                          AND accepted.employee_id = statement.employee_id)
                """,
                self.id,
            )
        )

    def _get_contactless_ids(self):
        self.env.flush_all()
        return self._get_ids(
            SQL(
                """
                SELECT statement.id
                  FROM sales_commission_statement statement
                  JOIN hr_employee employee ON employee.id = statement.employee_id
                 WHERE statement.period_id = %s AND statement.amount_payable != 0
                   AND statement.state NOT IN ('posted', 'paid')
                   AND employee.work_contact_id IS NULL
                """,
                self.id,
            )
        )

    def _get_ids(self, query):
        return [row[0] for row in self.env.execute_query(query)]

    def _get_exception_checks(self):
        model = "sales.commission.exception"
        action = "sales_commission_exception_action"
        ours = [("company_id", "=", self.company_id.id), ("is_dismissed", "=", False)]
        since = ("date", ">=", self.date_from)
        within = [*ours, since, ("date", "<=", self.date_to)]
        later = self.env._("What is put right later is paid with the next open period.")
        return [
            Check(
                "documents",
                self.env._("Documents nobody is credited for"),
                later,
                model,
                [*within, ("kind", "in", DOCUMENT_KINDS)],
                action,
            ),
            Check(
                "runs",
                self.env._("Computations that failed or wait"),
                later,
                model,
                [
                    *ours,
                    since,
                    "|",
                    ("kind", "=", "run"),
                    "&",
                    ("kind", "=", "unpriced"),
                    ("date", "<=", self.date_to),
                ],
                action,
            ),
            Check(
                "targets",
                self.env._("Missing targets"),
                later,
                model,
                [*within, ("kind", "=", "attainment")],
                action,
            ),
        ]

    def _get_other_checks(self):
        company = ("company_id", "=", self.company_id.id)
        return [
            Check(
                "adjustments",
                self.env._("Adjustments to approve"),
                self.env._(
                    "Approved after Confirm, they are paid with the next statement."
                ),
                "sales.commission.adjustment",
                [
                    company,
                    ("state", "=", "draft"),
                    ("period_id.date_to", "<=", self.date_to),
                ],
                "sales_commission_adjustment_action",
            ),
            Check(
                "plans",
                self.env._("Draft plans that start in this period"),
                self.env._(
                    "Nobody earns anything by a draft: publish it, or move its start."
                ),
                "sales.commission.plan",
                [
                    company,
                    ("state", "=", "draft"),
                    ("date_from", ">=", self.date_from),
                    ("date_from", "<=", self.date_to),
                ],
                "sales_commission_plan_action",
                group=OFFICER,
            ),
        ]

    def _get_dispute_checks(self):
        return [
            Check(
                "disputes",
                self.env._("Open disputes"),
                self.env._("Answered later, they change a later statement."),
                "sales.commission.dispute",
                [
                    ("company_id", "=", self.company_id.id),
                    ("state", "in", OPEN),
                    ("period_id", "=", self.id),
                ],
                "sales_commission_dispute_action",
            )
        ]
