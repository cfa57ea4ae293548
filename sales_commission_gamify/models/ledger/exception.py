from odoo import api, fields, models
from odoo.tools import SQL

# Rows of different kinds share one number space: the number of what a row is about,
# times SLOTS, plus the kind's own slot. So a row keeps its number from one reading to
# the next. Slots from RECORD_SLOT on belong to the models that measures count.
SLOTS = 64
RECORD_SLOT = 32

DOCUMENT_KINDS = ("invoice", "order", "record")


class SalesCommissionException(models.Model):
    """Everything that nobody is credited or paid for, with the reason.

    A view of the documents, attainments and runs as they are now: what is put right
    has left it. Each kind is a ``_get_<kind>_sql`` of its own; a later room adds one
    by ``_get_kinds``.
    """

    _name = "sales.commission.exception"
    _description = "Commission Exception"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "document_name"

    kind = fields.Selection(
        "_get_kind_names", readonly=True, help="What the row is about."
    )
    reason = fields.Selection(
        "_get_reasons", readonly=True, help="Why nobody is credited or paid."
    )
    source_model = fields.Char(readonly=True)
    source_id = fields.Many2oneReference(
        model_field="source_model", string="Record No.", readonly=True
    )
    document_model = fields.Char(readonly=True)
    document_id = fields.Many2oneReference(
        model_field="document_model", string="Document No.", readonly=True
    )
    document_name = fields.Char(
        string="Document", readonly=True, help="The invoice, order or record."
    )
    salesperson_id = fields.Many2one(
        "res.users", readonly=True, help="Whose sale it is, on the document."
    )
    employee_id = fields.Many2one(
        "hr.employee", string="Payee", readonly=True, help="Who would be credited."
    )
    plan_id = fields.Many2one("sales.commission.plan", readonly=True)
    component_id = fields.Many2one("sales.commission.component", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(
        readonly=True,
        help="Day of the sale, last day of the measuring period, or of the failure.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary(
        string="At stake",
        readonly=True,
        help="What the document is worth, or what waits to be paid, in the company's "
        "currency.",
    )
    attempts = fields.Integer(
        readonly=True, aggregator=None, help="How often the computation was tried."
    )
    error = fields.Text(readonly=True, help="What the computation said.")
    dismissal_id = fields.Many2one("sales.commission.dismissal", readonly=True)
    is_dismissed = fields.Boolean(
        string="Dismissed",
        readonly=True,
        help="Somebody decided that it rightly earns nobody anything.",
    )
    dismissal_note = fields.Char(
        related="dismissal_id.note", string="Dismissed because"
    )
    dismissal_user_id = fields.Many2one(
        related="dismissal_id.user_id", string="Dismissed by"
    )
    message = fields.Text(
        string="What to do",
        compute="_compute_message",
        help="What is wrong, with whom, when, and the way out.",
    )

    # --- the kinds ---------------------------------------------------------------

    @api.model
    def _get_kinds(self):
        """Hook: ``{kind: its label}``."""
        return {
            "invoice": self.env._("Invoice or credit note"),
            "order": self.env._("Order"),
            "record": self.env._("Other record"),
            "attainment": self.env._("Payee and period"),
            "unpriced": self.env._("Credits"),
            "run": self.env._("Computation"),
        }

    @api.model
    def _get_kind_names(self):
        return list(self._get_kinds().items())

    @api.model
    def _get_reasons(self):
        """Hook: reasons and their labels."""
        return [
            ("no_salesperson", self.env._("It has no salesperson")),
            ("no_employee", self.env._("The salesperson is no employee")),
            ("no_plan", self.env._("The payee is in no published plan on that day")),
            ("not_counted", self.env._("The payee's plans count none of it")),
            ("failed", self.env._("The computation failed")),
            ("unpriced", self.env._("It is credited and not priced yet")),
            *self.env["sales.commission.attainment"]._get_problems(),
        ]

    @property
    def _table_query(self):
        if not self.pool.ready:  # Odoo asks for it while tables are made
            return SQL("%s WHERE FALSE", self._get_empty_sql())
        self.env.flush_all()
        parts = [self._get_empty_sql()]
        for kind in self._get_kinds():
            parts += getattr(self, f"_get_{kind}_sql")()
        return SQL(
            """
            SELECT item.*, company.currency_id, dismissal.id AS dismissal_id,
                   dismissal.id IS NOT NULL AS is_dismissed
              FROM (%s) item
              LEFT JOIN res_company company ON company.id = item.company_id
              LEFT JOIN sales_commission_dismissal dismissal
                ON dismissal.source_model = item.source_model
               AND dismissal.source_id = item.source_id
               AND dismissal.problem = item.reason
               AND dismissal.date IS NOT DISTINCT FROM item.date
               AND dismissal.amount IS NOT DISTINCT FROM item.amount
               AND dismissal.salesperson_id IS NOT DISTINCT FROM item.salesperson_id
             WHERE item.id IS NOT NULL
            """,
            SQL(" UNION ALL ").join(parts),
        )

    @api.model
    def _get_columns(self):
        """Columns of a kind's query and their types."""
        return {
            "id": "bigint",
            "kind": "varchar",
            "reason": "varchar",
            "source_model": "varchar",
            "source_id": "int",
            "document_model": "varchar",
            "document_id": "int",
            "document_name": "varchar",
            "salesperson_id": "int",
            "employee_id": "int",
            "plan_id": "int",
            "component_id": "int",
            "company_id": "int",
            "date": "date",
            "amount": "numeric",
            "attempts": "int",
            "error": "text",
        }

    @api.model
    def _get_empty_sql(self):
        """One row of NULLs: it gives the columns their names and types."""
        return self._select_sql({})

    @api.model
    def _select_sql(self, columns, source=None):
        """``SELECT`` of the *columns* that a kind knows, and NULL for the others.

        :param columns: ``{name: SQL}``
        :param source: ``SQL`` from ``FROM`` on
        """
        selected = SQL(", ").join(
            SQL(
                "%s::%s AS %s",
                columns.get(name, SQL("NULL")),
                SQL(kind),
                SQL.identifier(name),
            )
            for name, kind in self._get_columns().items()
        )
        return SQL("SELECT %s %s", selected, source or SQL())

    @api.model
    def _number_sql(self, number, slot):
        return SQL("%s::bigint * %s + %s", number, SLOTS, slot)

    @api.model
    def _get_companies_sql(self, column):
        """Only companies that the user works in: the rest is not even read."""
        if self.env.su:
            return SQL("TRUE")
        return SQL("%s = ANY(%s)", column, self.env.companies.ids)

    def _get_attainment_sql(self):
        columns = {
            "id": self._number_sql(SQL("a.id"), 4),
            "kind": SQL("'attainment'"),
            "reason": SQL("a.problem"),
            "source_model": SQL("'sales.commission.attainment'"),
            "source_id": SQL("a.id"),
            "employee_id": SQL("a.employee_id"),
            "plan_id": SQL("a.plan_id"),
            "component_id": SQL("a.component_id"),
            "company_id": SQL("a.company_id"),
            "date": SQL("a.date_to"),
            "amount": SQL("CASE a.unit WHEN 'money' THEN a.credited END"),
        }
        source = SQL("FROM sales_commission_attainment a WHERE a.problem IS NOT NULL")
        return [self._select_sql(columns, source)]

    def _get_unpriced_sql(self):
        """Credits that no pricing has seen; usually the next sweep does."""
        columns = {
            "id": self._number_sql(SQL("c.number"), 5),
            "kind": SQL("'unpriced'"),
            "reason": SQL("'unpriced'"),
            "source_model": SQL("'sales.commission.credit'"),
            "source_id": SQL("c.number"),
            "employee_id": SQL("c.employee_id"),
            "plan_id": SQL("component.plan_id"),
            "component_id": SQL("c.component_id"),
            "company_id": SQL("plan.company_id"),
            "date": SQL("c.date_to"),
            "amount": SQL("CASE c.unit WHEN 'money' THEN c.amount END"),
        }
        source = SQL(
            """
              FROM (SELECT component_id, employee_id, level, date_from,
                           COUNT(*) AS credit_count, MAX(date_to) AS date_to,
                           MIN(id) AS number, MIN(unit) AS unit, SUM(amount) AS amount
                      FROM sales_commission_credit
                     GROUP BY 1, 2, 3, 4) c
              LEFT JOIN sales_commission_attainment a
             USING (component_id, employee_id, level, date_from)
              JOIN sales_commission_component component
                ON component.id = c.component_id
              JOIN sales_commission_plan plan ON plan.id = component.plan_id
             WHERE c.credit_count IS DISTINCT FROM a.credit_count
            """
        )
        return [self._select_sql(columns, source)]

    def _get_run_sql(self):
        columns = {
            "id": self._number_sql(SQL("run.id"), 6),
            "kind": SQL("'run'"),
            "reason": SQL("'failed'"),
            "source_model": SQL("'sales.commission.run'"),
            "source_id": SQL("run.id"),
            "document_model": SQL(
                "CASE WHEN run.document_ids->0 IS NOT NULL THEN run.document_model END"
            ),
            "document_id": SQL("(run.document_ids->>0)"),
            "document_name": SQL("run.document_names"),
            "company_id": SQL("run.company_id"),
            "date": SQL("run.create_date"),
            "attempts": SQL("run.attempts"),
            "error": SQL("run.error"),
        }
        source = SQL("FROM sales_commission_run run WHERE run.state = 'failed'")
        return [self._select_sql(columns, source)]
