from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..design.access import check_group

# What somebody who thanks may say; everything else follows.
SAID = {"employee_id", "points", "message", "is_shared"}


class SalesCommissionThanks(models.Model):
    """Points that one gives to another, with a message, out of a monthly allowance.

    It stays as it was said. An officer takes it back by a further row.
    """

    _name = "sales.commission.thanks"
    _inherit = "sales.commission.fact"
    _description = "Thanks"
    _order = "date desc, id desc"
    _rec_name = "message"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    giver_id = fields.Many2one(
        "hr.employee",
        string="Given by",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self._get_giver(self.env.company),
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Given to",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('company_id', '=', company_id), ('id', '!=', giver_id)]",
    )
    date = fields.Date(required=True, readonly=True, default=fields.Date.context_today)
    points = fields.Integer(required=True, default=10)
    message = fields.Text(required=True)
    is_shared = fields.Boolean(
        string="Tell everybody",
        help="Everybody of the company can read it, in the company's channel, too.",
    )
    reversal_of_id = fields.Many2one(
        "sales.commission.thanks", readonly=True, ondelete="restrict"
    )
    reversal_ids = fields.One2many("sales.commission.thanks", "reversal_of_id")
    is_taken_back = fields.Boolean(compute="_compute_is_taken_back")
    allowance_left = fields.Integer(
        string="Left This Month", compute="_compute_allowance_left"
    )

    _reversal_uniq = models.UniqueIndex(
        "(reversal_of_id) WHERE reversal_of_id IS NOT NULL",
        "These thanks are already taken back.",
    )
    _allowance_idx = models.Index("(giver_id, date)")

    @api.depends("reversal_ids")
    def _compute_is_taken_back(self):
        # sudo: the row that takes it back may be hidden from who reads this one
        for thanks in self.sudo():
            thanks.is_taken_back = bool(thanks.reversal_ids)

    @api.depends("giver_id", "date")
    def _compute_allowance_left(self):
        for thanks in self:
            left = thanks.giver_id and thanks._get_allowance_left(
                thanks.giver_id.sudo(), thanks.date or fields.Date.context_today(self)
            )
            thanks.allowance_left = left or 0

    # --- giving -----------------------------------------------------------------------

    @api.model
    def _get_giver(self, company):
        """The employee that the user is in *company*."""
        # sudo: employees may not read employees, not even themselves
        employees = self.env["hr.employee"].sudo()
        own = [("user_id", "=", self.env.uid), ("company_id", "=", company.id)]
        contact = [
            ("work_contact_id", "=", self.env.user.partner_id.id),
            ("company_id", "=", company.id),
        ]
        return employees.search(own, limit=1) or employees.search(contact, limit=1)

    @api.model_create_multi
    def create(self, vals_list):
        """What the giver says; the rest is not theirs to say."""
        self.browse().check_access("create")  # before others' balances are locked
        company = self.env.company
        giver = self._get_giver(company)
        if not giver:
            raise UserError(
                self.env._(
                    "You are no employee of %s, so you cannot give points there.",
                    company.name,
                )
            )
        points = self.env["sales.commission.point"]
        points._lock_balances(giver)
        thanks = super().create(
            [self._prepare_said(vals, company, giver) for vals in vals_list]
        )
        thanks.sudo()._check_given()  # sudo: a receiver is not the giver's to read
        thanks.sudo()._give_points()
        thanks.sudo()._tell()
        return thanks

    def _prepare_said(self, vals, company, giver):
        said = {name: value for name, value in vals.items() if name in SAID}
        receiver = self.env["hr.employee"].browse(said.get("employee_id") or ())
        if receiver.exists() and receiver._is_sales_commission_hidden():
            said["is_shared"] = False
        return {
            **said,
            "company_id": company.id,
            "giver_id": giver.id,
            "date": fields.Date.context_today(self),
        }

    def _check_given(self):
        for thanks in self:
            receiver, giver = thanks.employee_id, thanks.giver_id
            problem = None
            if receiver == giver or (
                (receiver.user_id and receiver.user_id == giver.user_id)
                or (
                    receiver.work_contact_id
                    and receiver.work_contact_id == giver.work_contact_id
                )
            ):
                problem = self.env._("You cannot thank yourself. Choose a colleague.")
            elif receiver.company_id != thanks.company_id or not receiver.active:
                problem = self.env._(
                    "%(payee)s does not work for %(company)s. Choose a colleague.",
                    payee=receiver.name,
                    company=thanks.company_id.name,
                )
            elif thanks.points < 1:
                problem = self.env._("Thanks are worth at least 1 point.")
            elif not (thanks.message or "").strip():
                problem = self.env._("Say what you thank %s for.", receiver.name)
            if problem:
                raise ValidationError(problem)
        for giver, rows in self.grouped("giver_id").items():
            left = self._get_allowance_left(giver, rows[0].date)
            if left < 0:
                given = sum(rows.mapped("points"))
                raise ValidationError(
                    self.env._(
                        "You have %(left)s points left to give this month, not "
                        "%(wanted)s.",
                        left=max(0, left + given),
                        wanted=given,
                    )
                )

    @api.model
    def _get_allowance_left(self, giver, day):
        """What *giver* may still give in the month of *day*."""
        first = day.replace(day=1)
        # sudo: what was taken back from somebody counts, too
        [(given,)] = self.sudo()._read_group(
            Domain("giver_id", "=", giver.id)
            & Domain("date", ">=", first)
            & Domain("date", "<", fields.Date.add(first, months=1)),
            [],
            ["points:sum"],
        )
        return giver._get_sales_commission_allowance() - (given or 0)

    def _give_points(self):
        self.env["sales.commission.point"]._give(
            [
                {
                    "company_id": thanks.company_id.id,
                    "employee_id": thanks.employee_id.id,
                    "kind": "thanks",
                    "date": fields.Date.context_today(self),
                    "points": thanks.points,
                    "reason": thanks._say_reason(),
                    "document_model": self._name,
                    "origin_id": thanks.id,
                }
                for thanks in self
            ]
        )

    def _say_reason(self):
        thanks = self.with_context(lang=self._get_language())
        if thanks.reversal_of_id:
            return thanks.env._("Thanks taken back: %s", thanks.message)
        return thanks.env._(
            "Thanks from %(giver)s: %(message)s",
            giver=thanks.giver_id.name,
            message=thanks.message,
        )

    def _get_language(self):
        employee = self.employee_id
        return employee.user_id.lang or employee.work_contact_id.lang or self.env.lang

    # --- taking back ------------------------------------------------------------------

    def _take_back(self, reason):
        """By an officer, with the *reason*. The giver gets the allowance back."""
        check_group(self.env, "group_officer")
        self.check_access("read")
        if not (reason or "").strip():
            raise ValidationError(self.env._("Say why the points are taken back."))
        for thanks in self:
            if thanks.reversal_of_id or thanks.is_taken_back:
                raise UserError(
                    self.env._("“%s” is already taken back.", thanks.message)
                )
        # sudo: the group is checked above; nobody may write thanks
        rows = super(SalesCommissionThanks, self.sudo()).create(
            [
                {
                    "company_id": thanks.company_id.id,
                    "giver_id": thanks.giver_id.id,
                    "employee_id": thanks.employee_id.id,
                    "date": thanks.date,
                    "points": -thanks.points,
                    "message": reason.strip(),
                    "reversal_of_id": thanks.id,
                }
                for thanks in self
            ]
        )
        rows._give_points()
        rows._tell()
        return rows

    def action_take_back(self):
        check_group(self.env, "group_officer")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take back"),
            "res_model": "sales.commission.thanks.reversal",
            "view_mode": "form",
            "target": "new",
            "context": {"default_thanks_ids": self.ids},
        }

    def _say_not_written(self):
        return self.env._(
            "Thanks stay as they were said. An officer can take them back."
        )

    def _say_not_deleted(self):
        return self._say_not_written()
