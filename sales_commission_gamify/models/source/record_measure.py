from odoo import api, models
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..design.domain_access import find_hidden_path

OWNERS = ("res.users", "hr.employee", "res.partner")


class SalesCommissionMeasure(models.Model):
    """Records of any model that has a day and an owner."""

    _inherit = "sales.commission.measure"

    def _is_app_there(self):
        """Whether the records' app is still installed, with all that is asked of it.
        When it goes, what was credited stays."""
        model = self.env.get(self.model_name)
        asked = [
            (path or "").split(".")[0]
            for path in (self._get_date_path(), self.owner_path)
        ]
        if self.value == "amount":
            asked.append(self.sudo().value_field_id.name)
        return model is not None and all(name in model._fields for name in asked)

    def _get_date_path(self):
        """The field that has the day, of the record or over a link."""
        # sudo: who designs a plan may not read the list of fields
        return self.date_path or self.sudo().date_field_id.name

    def _get_event_query_record(self, component, document_ids):
        if not self._is_app_there():
            return None
        plan = component.plan_id
        company = plan.company_id
        # sudo: what a plan counts must not depend on what its reader may see
        records = self.env[self.model_name].sudo().with_company(company)
        query = records._search(
            self._get_record_domain(company, document_ids)
            & self._get_filter(component),
            active_test=False,
        )
        if query.is_empty():
            return None
        self.env.flush_all()
        user, employee = self._get_owner_sql(records, query, company)
        day = self._get_record_day_sql(records, query, company)
        sold, counted = self._get_record_days_sql(records, query, component, day)
        amount, source_amount, source_currency = self._get_record_value_sql(
            records, query, plan, sold
        )
        record_id = records._field_to_sql(records._table, "id", query)
        selected = query.select(
            SQL("%s AS source_id", record_id),
            SQL("%s AS document_id", record_id),
            SQL("%s AS origin_id", self._get_record_origin_sql(records, query)),
            SQL("%s AS document_name", self._get_record_name_sql(records, query)),
            SQL("%s AS sold", sold),
            SQL("%s AS date", counted),
            SQL("%s AS user_id", user),
            SQL("%s AS employee_id", employee),
            SQL("%s AS team_id", self._get_record_team_sql(records, query)),
            SQL("NULL::int AS order_id"),
            SQL("NULL::int AS move_id"),
            SQL("%s AS amount", amount),
            SQL("%s AS quantity", SQL("1::numeric") if source_currency else amount),
            SQL("%s AS source_amount", source_amount),
            SQL("%s AS source_currency_id", source_currency or SQL("NULL::int")),
        )
        return SQL("SELECT * FROM (%s) event WHERE amount != 0", selected)

    def _get_record_domain(self, company, document_ids=None):
        """The records of *company*, and those of no company."""
        model = self.env[self.model_name]
        domain = Domain(self._get_date_path(), "!=", False)
        if "company_id" in model._fields and model._fields["company_id"].store:
            domain &= Domain("company_id", "in", [company.id, False])
        if document_ids is not None:
            domain &= Domain("id", "in", document_ids)
        return domain

    def _get_record_day_sql(self, records, query, company):
        field, day = self._get_path_sql(records, query, self._get_date_path())
        return self._get_day_sql(day, company) if field.type == "datetime" else day

    def _get_record_days_sql(self, records, query, component, day):
        """``(day of the sale, day on which it counts)`` of a record of *day*."""
        return day, day

    def _get_record_origin_sql(self, records, query):
        return records._field_to_sql(records._table, "id", query)

    @api.model
    def _get_path_sql(self, records, query, path):
        """``(the last field of path, its SQL)``, over stored links."""
        *way, last = path.split(".")
        model, alias = records, records._table
        for name in way:
            model, alias = model._fields[name].join(model, alias, query)
        return model._fields[last], model._field_to_sql(alias, last, query)

    def _get_record_name_sql(self, records, query):
        field = records._fields.get(records._rec_name or "")
        if field and field.store and field.type == "char":
            return records._field_to_sql(records._table, field.name, query)
        return SQL("NULL::varchar")

    def _get_record_team_sql(self, records, query):
        field = records._fields.get("team_id")
        if field and field.store and field.comodel_name == "crm.team":
            return records._field_to_sql(records._table, field.name, query)
        return SQL("NULL::int")

    def _get_owner_sql(self, records, query, company):
        """``(login, employee)`` of a record, one of them NULL."""
        field, owner = self._get_path_sql(records, query, self.owner_path)
        comodel = field.comodel_name
        if comodel == "res.users":
            return owner, SQL("NULL::int")
        if comodel == "hr.employee":
            return SQL("NULL::int"), owner
        employee = SQL(
            """(SELECT MIN(payee.id) FROM hr_employee payee
                 WHERE payee.work_contact_id = %s AND payee.company_id = %s)""",
            owner,
            company.id,
        )
        return SQL("NULL::int"), employee

    def _get_record_value_sql(self, records, query, plan, day):
        """``(amount, amount in the record's currency, that currency)``; the last two
        only of money."""
        if self.value == "documents":
            return SQL("1::numeric"), SQL("NULL::numeric"), None
        field = records._fields[self.sudo().value_field_id.name]
        value = SQL(
            "%s::numeric", records._field_to_sql(records._table, field.name, query)
        )
        if field.type != "monetary":
            return value, SQL("NULL::numeric"), None
        currency = self._get_record_currency_sql(records, query, field, plan)
        amount = SQL(
            "ROUND(%s * %s / %s, %s)",
            value,
            self._get_rate_sql(SQL("%s", plan.currency_id.id), day, plan.company_id),
            self._get_rate_sql(currency, day, plan.company_id),
            plan.currency_id.decimal_places,
        )
        return amount, value, currency

    def _get_record_currency_sql(self, records, query, field, plan):
        """The currency of a monetary field. One that is not in the database is the
        company's own."""
        own = SQL("%s::int", plan.currency_id.id)
        currency_field = records._fields[field.get_currency_field(records)]
        if not currency_field.store and not currency_field.related:
            return own
        try:
            currency = records._field_to_sql(records._table, currency_field.name, query)
        except ValueError:  # related to something that is not in the database
            return own
        return SQL("COALESCE(%s, %s)", currency, own)

    @api.model
    def _get_rate_sql(self, currency, day, company):
        """Odoo's rate of that day: the last one before it, else the first one."""
        self.env["res.currency.rate"].flush_model()
        rates = [
            SQL(
                """(SELECT known.rate::numeric FROM res_currency_rate known
                     WHERE known.currency_id = %s AND %s
                       AND (known.company_id IS NULL OR known.company_id = %s)
                     ORDER BY known.company_id, known.name %s LIMIT 1)""",
                currency,
                condition,
                company.root_id.id,
                order,
            )
            for condition, order in (
                (SQL("known.name <= %s", day), SQL("DESC")),
                (SQL("TRUE"), SQL("ASC")),
            )
        ]
        return SQL("COALESCE(%s, %s, 1)", *rates)

    def _is_judged_fully(self):
        return super()._is_judged_fully() and (
            self.source != "record" or self._is_app_there()
        )

    def _get_gone_sql_record(self, held):
        # judged fully: whatever is not what the records say now may go
        return SQL("TRUE") if self._is_app_there() else SQL("FALSE")

    # --- refusals -------------------------------------------------------------------

    @api.constrains(
        "source",
        "value",
        "model_id",
        "date_field_id",
        "date_path",
        "owner_path",
        "value_field_id",
    )
    def _check_record(self):
        for measure in self.filtered(lambda row: row.source == "record"):
            measure._check_record_model()
            measure._check_record_fields()
            measure._check_owner_path()

    @api.model_create_multi
    def create(self, vals_list):
        measures = super().create(vals_list)
        measures._check_record_access()
        return measures

    def write(self, vals):
        result = super().write(vals)
        self._check_record_access()
        return result

    def _refuse(self, reason):
        raise ValidationError(
            self.env._(
                "The measure “%(measure)s” cannot be used: %(reason)s",
                measure=self.name or "",
                reason=reason,
            )
        )

    def _check_record_model(self):
        if not self.sudo().model_id:
            self._refuse(self.env._("choose the kind of records that it counts."))
        model = self.env.get(self.model_name)
        if model is None or model._abstract or model._transient or not model._auto:
            self._refuse(
                self.env._(
                    "“%s” is no kind of records that Odoo keeps. Choose another one.",
                    self.sudo().model_id.name,
                )
            )
        if model._name.startswith("gamification."):
            self._refuse(
                self.env._(
                    "users may write goals and badges themselves, so no money may "
                    "depend on them. Count the documents behind them."
                )
            )

    def _check_record_fields(self):
        model = self.env[self.model_name]
        if not self._has_day(model):
            self._refuse(
                self.env._(
                    "choose a date of “%s”, the day on which one counts.",
                    model._description,
                )
            )
        if self.value == "amount" and not self._is_stored(
            model, self.sudo().value_field_id, ("monetary", "float", "integer")
        ):
            self._refuse(
                self.env._(
                    "choose the number of “%s” that is added up, or count the number "
                    "of documents.",
                    model._description,
                )
            )

    def _has_day(self, model):
        days = ("date", "datetime")
        if not self.date_path:
            return self._is_stored(model, self.sudo().date_field_id, days)
        *way, last = self.date_path.split(".")
        for name in way:
            field = model._fields.get(name)
            if not field or field.type != "many2one" or not field.store:
                return False
            model = self.env[field.comodel_name]
        field = model._fields.get(last)
        return bool(field and field.store and field.type in days)

    @api.model
    def _is_stored(self, model, field, types):
        """Whether *field*, an ``ir.model.fields``, is a column of *model*."""
        known = model._fields.get(field.name or "")
        return bool(
            known
            and field.model == model._name
            and known.store
            and known.column_type
            and known.type in types
        )

    def _check_owner_path(self):
        """Every step is a stored link to one record, the last one to a payee."""
        if not self.owner_path:
            self._refuse(
                self.env._("say whose the records are, for example with user_id.")
            )
        model = self.env[self.model_name]
        for name in self.owner_path.split("."):
            field = model._fields.get(name)
            if not field or field.type != "many2one" or not field.store:
                self._refuse(
                    self.env._(
                        "the owner “%(path)s” goes through “%(name)s”, which is no "
                        "stored link of “%(model)s” to one record. Choose another "
                        "owner.",
                        path=self.owner_path,
                        name=name,
                        model=model._description,
                    )
                )
            model = self.env[field.comodel_name]
        if model._name not in OWNERS:
            self._refuse(
                self.env._(
                    "the owner “%(path)s” is a “%(model)s”. It must end at a user, an "
                    "employee or a contact.",
                    path=self.owner_path,
                    model=model._description,
                )
            )

    def _check_record_access(self):
        """A plan must not tell an officer what Odoo keeps from them. Constraints run
        as superuser, so this is no constraint."""
        for measure in self.filtered(lambda row: row.source == "record"):
            model = self.env[measure.model_name]
            names, paths = [], [measure.owner_path, measure._get_date_path()]
            if measure.value == "amount":
                names.append(measure.sudo().value_field_id.name)
            try:
                model.check_access("read")
                for name in names:
                    model._check_field_access(model._fields[name], "read")
                for path in paths:
                    if find_hidden_path(self.env, model, path):
                        raise AccessError(path)
                model.search(
                    measure._parse_domain(measure.domain, measure.name), limit=1
                )
            except AccessError:
                measure._refuse(
                    self.env._(
                        "you may not read “%s”. Ask somebody who may to make the "
                        "measure.",
                        model._description,
                    )
                )
