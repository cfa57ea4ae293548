from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .flushing import flush_models


class SalesCommissionPlan(models.Model):
    """A plan that has been promised is replaced from a day on, never edited."""

    _inherit = "sales.commission.plan"

    version_count = fields.Integer(compute="_compute_version_count")

    def _compute_version_count(self):
        for plan in self:
            plan.version_count = len(plan._get_versions())

    @api.depends("name", "version")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = (
                self.env._("%(plan)s (version %(number)s)",
                           plan=plan.name, number=plan.version)
                if plan.version > 1
                else plan.name
            )  # fmt: skip

    def _get_versions(self):
        """All versions of the plan, the first one first."""
        self.ensure_one()
        first = (self.root_id or self)._origin
        if not first:
            return self
        return self.with_context(active_test=False).search(
            Domain("id", "=", first.id) | Domain("root_id", "=", first.id),
            order="version, id",
        )

    def action_view_versions(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_commission_gamify.sales_commission_plan_action"
        )
        action["domain"] = [("id", "in", self._get_versions().ids)]
        action["context"] = {"active_test": False}
        return action

    # --- copies -----------------------------------------------------------------

    def copy(self, default=None):
        """The copy's examples are about the copy's components."""
        copies = super().copy(default)
        for plan, copy in zip(self, copies, strict=True):
            plan._copy_examples(copy)
        return copies

    def _copy_examples(self, copy):
        copied = self._get_counterparts(copy)
        if not copied:
            return
        for example in self.example_ids:
            [vals] = example.copy_data({"plan_id": copy.id})
            for _command, _id, line in vals.get("line_ids", ()):
                component = self.env["sales.commission.component"].browse(
                    line["component_id"]
                )
                line["component_id"] = copied[component].id
            self.env["sales.commission.example"].create(vals)

    # --- a new version ----------------------------------------------------------

    def action_new_version(self):
        """Ask from when on, in a small window."""
        self._check_can_have_version()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Version"),
            "res_model": "sales.commission.plan.version",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_plan_id": self.id},
        }

    def _get_next_start(self):
        """The first day of the next measuring period, at the earliest the second
        period of the plan."""
        day = max(fields.Date.context_today(self), self.date_from)
        return self._get_periods(day, day)[0][1] + timedelta(days=1)

    def _check_can_have_version(self):
        self.ensure_one()
        self.check_access("write")
        if self.state != "published":
            raise UserError(
                self.env._(
                    "Only a published plan gets a new version: “%s”. Change a draft "
                    "as it is; duplicate a closed plan.",
                    self.name,
                )
            )
        later = self._get_versions().filtered(lambda v: v.version > self.version)[-1:]
        if later.state == "draft":
            raise UserError(
                self.env._(
                    "Version %(version)s of “%(plan)s” is still a draft. Publish or "
                    "delete it before you make another one.",
                    version=later.version,
                    plan=self.name,
                )
            )
        if later:
            raise UserError(
                self.env._(
                    "Version %(version)s has replaced this version of “%(plan)s”. "
                    "Make the new version from that one.",
                    version=later.version,
                    plan=self.name,
                )
            )

    def _check_version_start(self, day):
        """:raise UserError: when no version of this plan can start on *day*"""
        self.ensure_one()
        facts = {"plan": self.name, "day": format_date(self.env, day)}
        first = self._get_periods(day, day)[0][0]
        if day != first:
            raise UserError(
                self.env._(
                    "“%(plan)s” is measured each %(period)s, and %(day)s is in the "
                    "middle of one. Let the version start on %(first)s.",
                    period=self._get_label("period_kind"),
                    first=format_date(self.env, self._get_next_first(day)),
                    **facts,
                )
            )
        if day <= self.date_from:
            raise UserError(
                self.env._(
                    "“%(plan)s” itself starts on %(start)s. Let the version start "
                    "later.",
                    start=format_date(self.env, self.date_from),
                    **facts,
                )
            )
        if self.date_to and day > self.date_to + timedelta(days=1):
            raise UserError(
                self.env._(
                    "“%(plan)s” ends on %(end)s, before %(day)s. Duplicate it to "
                    "promise something anew.",
                    end=format_date(self.env, self.date_to),
                    **facts,
                )
            )
        self._check_not_locked(day, facts)

    def _get_next_first(self, day):
        return self._get_periods(day, day)[0][1] + timedelta(days=1)

    def _check_not_locked(self, day, facts):
        # sudo: who designs plans need not read pay periods
        locked = (
            self.env["sales.commission.period"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("state", "=", "locked"),
                    ("date_to", ">=", day),
                ],
                order="date_to desc",
                limit=1,
            )
        )
        if locked:
            raise UserError(
                self.env._(
                    "%(locked)s is locked for commissions, so “%(plan)s” cannot "
                    "change from %(day)s. Choose a day after %(last)s.",
                    locked=locked.name,
                    last=format_date(self.env, locked.date_to),
                    **facts,
                )
            )

    def _create_version(self, day):
        """A draft that replaces this plan from *day* on, with the same rules, the
        targets from then on and the payees who take part by then."""
        self._check_can_have_version()
        self._check_version_start(day)
        version = self.copy({"name": self.name, "date_from": day, "date_to": False})
        version.write(
            {
                "previous_id": self.id,
                "root_id": (self.root_id or self).id,
                "version": self.version + 1,
            }
        )
        self._copy_assignments(version, day)
        going_on = version.assignment_ids.employee_id
        for component, twin in self._get_counterparts(version).items():
            twin.root_id = component.root_id or component
            targets = component.quota_ids.filtered(
                lambda row: (
                    row.date_from >= day
                    and (not row.employee_id or row.employee_id in going_on)
                )
            )
            self.env["sales.commission.quota"].create(
                targets.copy_data({"component_id": twin.id})
            )
        return version

    def _copy_assignments(self, version, day):
        running = self.assignment_ids.filtered(
            lambda row: not row.date_to or row.date_to >= day
        )
        self.env["sales.commission.assignment"].create(
            [
                {
                    "plan_id": version.id,
                    "employee_id": row.employee_id.id,
                    "user_id": row.user_id.id,
                    "team_id": row.team_id.id,
                    "date_from": max(row.date_from, day),
                    "date_to": row.date_to,
                }
                for row in running
            ]
        )

    # --- publishing it ----------------------------------------------------------

    def _check_publishable(self):
        result = super()._check_publishable()
        if self.previous_id:
            self.previous_id._check_version_start(self.date_from)
        return result

    def action_publish(self):
        """A version ends the one before it, in the same transaction."""
        for plan in self.filtered("previous_id"):
            plan.check_access("write")
            plan._check_draft()
            plan._check_publishable()
            last = plan.date_from - timedelta(days=1)
            previous = plan.previous_id
            if not previous.date_to or previous.date_to > last:
                previous.date_to = last
                if previous.state == "closed":
                    previous._on_terms_changed()
        return super().action_publish()

    @api.constrains("date_to")
    def _check_not_replaced(self):
        """A plan that was replaced cannot run on beside its next version."""
        following = self.search(
            [("previous_id", "in", self.ids), ("state", "!=", "draft")]
        )
        for version in following:
            plan = version.previous_id
            if not plan.date_to or plan.date_to >= version.date_from:
                raise ValidationError(
                    self.env._(
                        "Version %(version)s of “%(plan)s” holds from %(day)s on, so "
                        "this version has to end before.",
                        version=version.version,
                        plan=plan.name,
                        day=format_date(self.env, version.date_from),
                    )
                )


class SalesCommissionComponent(models.Model):
    _inherit = "sales.commission.component"

    def _get_running_versions(self):
        """``{component id: [(version's id, running kind)]}`` of its versions that ask
        what was credited earlier in the quarter or year, itself included."""
        roots = {
            component.id: (component.root_id or component).id for component in self
        }
        flush_models(self.env, self._name)
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM sales_commission_component
                    WHERE id = ANY(%(roots)s) OR root_id = ANY(%(roots)s)
                    ORDER BY plan_id, sequence, id""",
                roots=list(roots.values()),
            )
        )
        family = self.browse(id_ for (id_,) in rows)
        running = family.filtered(lambda component: component._asks_before())
        versions = running.grouped(
            lambda component: (component.root_id or component).id
        )
        return {
            component_id: [
                (version.id, version.running_kind)
                for version in versions.get(root_id, ())
            ]
            for component_id, root_id in roots.items()
        }


class SalesCommissionPlanVersion(models.TransientModel):
    """From when on does a new version hold?"""

    _name = "sales.commission.plan.version"
    _description = "New Version of a Commission Plan"

    plan_id = fields.Many2one(
        "sales.commission.plan", required=True, readonly=True, ondelete="cascade"
    )
    date_from = fields.Date(
        string="From",
        required=True,
        compute="_compute_date_from",
        store=True,
        readonly=False,
        precompute=True,
        help="First day of the new version. The version before it ends the day "
        "before, once the new one is published.",
    )

    @api.depends("plan_id")
    def _compute_date_from(self):
        for wizard in self:
            wizard.date_from = wizard.plan_id and wizard.plan_id._get_next_start()

    def action_create(self):
        self.ensure_one()
        version = self.plan_id._create_version(self.date_from)
        return {
            "type": "ir.actions.act_window",
            "res_model": "sales.commission.plan",
            "res_id": version.id,
            "views": [(False, "form")],
        }
