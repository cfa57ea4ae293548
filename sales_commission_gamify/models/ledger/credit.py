from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class SalesCommissionCredit(models.Model):
    """This payee gets this much of this event for this component.

    The credit that counts for a source is its last row that was not reversed.
    ``_apply`` compares it with what the documents say now: equal changes
    nothing, otherwise the old row is reversed and a new one added. So running
    it twice adds nothing, and the order of documents does not matter.
    """

    _name = "sales.commission.credit"
    _inherit = ["sales.commission.fact", "sales.commission.dated"]
    _description = "Commission Credit"
    _order = "date desc, id desc"
    _rec_name = "document_name"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    plan_id = fields.Many2one(
        "sales.commission.plan", required=True, readonly=True, ondelete="restrict"
    )
    component_id = fields.Many2one(
        "sales.commission.component",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Payee",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    level = fields.Integer(
        readonly=True,
        help="0: own sale. 1, 2, …: override on the sales of those below.",
    )
    source_model = fields.Char(required=True, readonly=True)
    source_id = fields.Many2oneReference(model_field="source_model", readonly=True)
    document_model = fields.Char(required=True, readonly=True)
    document_id = fields.Many2oneReference(
        model_field="document_model",
        required=True,
        readonly=True,
        string="Document No.",
    )
    origin_id = fields.Many2oneReference(
        model_field="document_model",
        readonly=True,
        help="The sale itself; for a refund the sale it takes back.",
    )
    document_name = fields.Char(string="Document", readonly=True)
    sold = fields.Date(
        string="Sold on",
        required=True,
        readonly=True,
        help="Day on which the payee must take part: that of the sale, also for what "
        "is paid or taken back later.",
    )
    date = fields.Date(required=True, readonly=True, help="Day on which it counts.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(
        string="Credited", readonly=True, help="In the plan's currency."
    )
    quantity = fields.Float(
        readonly=True,
        min_display_digits=2,
        help="Units of it. Of a measure in percent: what the amount is divided by.",
    )
    below_percent = fields.Float(
        readonly=True,
        aggregator=None,
        min_display_digits=2,
        help="The rate that the levels below got, for a differential override.",
    )
    unit = fields.Selection(
        [("money", "Money"), ("number", "Number"), ("percent", "Percent")],
        required=True,
        readonly=True,
        default="money",
        help="In what the amount counts.",
    )
    amount_text = fields.Char(
        string="Credited in words",
        compute="_compute_amount_text",
        help="What is credited, in what the component counts.",
    )
    source_currency_id = fields.Many2one("res.currency", readonly=True)
    source_amount = fields.Monetary(
        string="In document currency",
        currency_field="source_currency_id",
        readonly=True,
        aggregator=None,
    )
    revision = fields.Integer(required=True, readonly=True)
    reversal_of_id = fields.Many2one(
        "sales.commission.credit", readonly=True, ondelete="restrict"
    )
    reason = fields.Selection(
        [
            ("credited", "Credited"),
            ("corrected", "Replaced by a corrected row"),
            ("withdrawn", "The document no longer counts"),
        ],
        required=True,
        readonly=True,
    )

    _event_uniq = models.Constraint(
        "UNIQUE (source_model, source_id, component_id, employee_id, level, revision)",
        "This event is already credited to this payee.",
    )
    _reversal_uniq = models.UniqueIndex(
        "(reversal_of_id) WHERE reversal_of_id IS NOT NULL",
        "This credit is already reversed.",
    )
    _document_idx = models.Index("(document_id, document_model)")
    _period_idx = models.Index("(component_id, employee_id, level, date_from)")

    # What identifies a credit, and what must be equal for it to stay.
    _KEY = ("component_id", "employee_id", "level", "source_id")
    _VALUES = (
        "origin_id",
        "sold",
        "date",
        "date_from",
        "date_to",
        "amount",
        "quantity",
        "below_percent",
        "source_amount",
        "source_currency_id",
    )

    @api.depends("amount", "quantity", "unit", "currency_id")
    def _compute_amount_text(self):
        for credit in self:
            credit.amount_text = self._say_credited(
                credit.amount, credit.quantity, credit.unit, credit.currency_id
            )

    @api.model
    def _say_credited(self, amount, quantity, unit, currency):
        """The sums of some credits in words: a percentage is one of what they are
        divided by."""
        if unit == "percent":
            amount = round(100 * amount / quantity, 2) if quantity else 0.0
        return self._say_counted(amount, unit, currency)

    @api.model
    def _apply(self, components, document_ids=None, payee_ids=None):
        """Bring the credits of *components* in line with the documents.

        One statement per kind of source, whatever the number of components,
        payees and documents.

        Documents that were touched are judged anew. When none is named, because a
        plan or its payees changed or for the sweep, what is credited stays as long
        as its document is posted and its payee takes part: a product's category
        that is edited today must not rewrite what was earned in spring. So it is for
        documents that are only gone through, as the context says.

        :param document_ids: only these documents; None for all
        :param payee_ids: only these employees; None for all
        :return: the credits added
        """
        added = self.browse()
        # a scorecard counts no documents of its own
        components = components.filtered(
            lambda c: c.basis == "measure" and c.measure_id
        )
        grouped = components.measure_id.grouped(
            lambda m: (
                m.source,
                m._get_document_models(),
                m._get_judged_scope(),
                m._is_judged_fully(),
            )
        )
        for measures in grouped.values():
            counting = components.filtered(lambda c, m=measures: c.measure_id in m)
            judged_ids = measures._get_judged_ids(document_ids)
            measures._freeze_costs(counting, judged_ids)
            # what a level gets depends on who else takes part
            chained = counting.filtered(lambda c: payee_ids and c._is_differential())
            for some, payees in ((counting - chained, payee_ids), (chained, None)):
                if some:
                    added |= self._apply_source(some, judged_ids, payees)
        return added

    @api.model
    def _apply_source(self, components, document_ids, payee_ids):
        measure = components.measure_id[:1]
        source_model, document_model = measure._get_document_models()
        named = document_ids is not None and not self.env.context.get(
            "sales_commission_missing"
        )
        judged = named or measure._is_judged_fully()
        for model in ("plan", "component", "credit"):
            self.env[f"sales.commission.{model}"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                WITH target AS (%(target)s),
                held AS (%(held)s),
                changed AS MATERIALIZED (
                    SELECT held.*, target.source_id IS NOT NULL AS corrected,
                           %(moved)s AS moved
                      FROM held LEFT JOIN target
                        ON (%(target_key)s) = (%(held_key)s)
                     WHERE target.source_id IS NULL OR NOT %(same)s
                ),
                stale AS (SELECT held.* FROM changed held WHERE %(may_go)s),
                fresh AS (
                    SELECT target.* FROM target LEFT JOIN held
                        ON (%(target_key)s) = (%(held_key)s) AND %(same)s
                     WHERE held.id IS NULL AND %(may_come)s
                )
                INSERT INTO sales_commission_credit (%(columns)s)
                %(reversals)s UNION ALL %(credits)s
                ON CONFLICT DO NOTHING RETURNING id
                """,
                target=self._get_target_sql(components, document_ids, payee_ids),
                held=self._get_held_sql(
                    components, document_model, document_ids, payee_ids
                ),
                may_go=SQL("TRUE")
                if judged
                else SQL("(held.moved OR %s)", self._get_gone_sql(measure)),
                may_come=SQL("TRUE")
                if judged
                else SQL(
                    "%s AND %s",
                    self._get_new_sql(),
                    self._get_recent_sql(source_model, document_model),
                ),
                target_key=self._columns_sql(self._KEY, "target"),
                held_key=self._columns_sql(self._KEY, "held"),
                same=self._get_same_sql(),
                moved=self._get_moved_sql(),
                columns=self._columns_sql(self._get_columns()),
                reversals=self._get_reversals_sql(),
                credits=self._get_credits_sql(components, source_model, document_model),
            )
        )
        return self.browse(credit_id for (credit_id,) in rows)

    def _columns_sql(self, names, table=None):
        return SQL(", ").join(
            SQL.identifier(table, name) if table else SQL.identifier(name)
            for name in names
        )

    def _get_same_sql(self, names=_VALUES):
        return SQL(
            "ROW(%s) IS NOT DISTINCT FROM ROW(%s)",
            self._columns_sql(names, "target"),
            self._columns_sql(names, "held"),
        )

    def _get_moved_sql(self):
        """Only what the levels below got is different, because somebody among them
        joined or left: two would be paid for the same part, or none."""
        names = [name for name in self._VALUES if name != "below_percent"]
        same = self._get_same_sql(names=names)
        return SQL("target.source_id IS NOT NULL AND %s", same)

    def _get_gone_sql(self, measure):
        """The document is gone, or its payee does not take part on its day."""
        return SQL(
            """
            (%s OR NOT EXISTS (
                SELECT 1 FROM sales_commission_assignment a
                  JOIN sales_commission_plan p ON p.id = a.plan_id
                 WHERE a.plan_id = held.plan_id AND a.employee_id = held.employee_id
                   AND held.sold >= GREATEST(a.date_from, p.date_from)
                   AND held.sold <= LEAST(COALESCE(a.date_to, 'infinity'),
                                        COALESCE(p.date_to, 'infinity'))))
            """,
            measure._get_gone_sql("held"),
        )

    def _get_new_sql(self):
        """Nobody is credited for this source at this level in the payee's place: what
        others have and should have, as shares or for the whole team, takes nobody's
        place. What the payee has himself, though worth something else by now, stays."""
        key = ("component_id", "level", "source_id")
        return SQL(
            """
            NOT EXISTS (SELECT 1 FROM held other
                         WHERE (%s) = (%s)
                           AND other.id NOT IN (SELECT id FROM stale)
                           AND ((%s) = (%s)
                                OR NOT EXISTS (SELECT 1 FROM target still
                                                WHERE (%s) = (%s))))
            """,
            self._columns_sql(key, "other"),
            self._columns_sql(key, "target"),
            self._columns_sql(self._KEY, "other"),
            self._columns_sql(self._KEY, "target"),
            self._columns_sql(self._KEY, "still"),
            self._columns_sql(self._KEY, "other"),
        )

    def _get_recent_sql(self, source_model, document_model):
        """The event was written since its plan was swept last, or somebody loses its
        credit now: what an earlier sweep did not count stays uncounted, though a filter
        would let it in today."""
        if not self.env.context.get("sales_commission_sweep"):
            return SQL("TRUE")
        recent = SQL(" OR ").join(
            SQL(
                """EXISTS (SELECT 1 FROM %s written WHERE written.id = target.%s
                            AND written.write_date >= plan.swept_on
                                                      - INTERVAL '1 day')""",
                SQL.identifier(self.env[model]._table),
                SQL.identifier(column),
            )
            for model, column in (
                (document_model, "document_id"),
                (source_model, "source_id"),
            )
            if model in self.env  # its app may be gone
        ) or SQL("FALSE")
        return SQL(
            """
            (EXISTS (SELECT 1 FROM sales_commission_component component
                       JOIN sales_commission_plan plan ON plan.id = component.plan_id
                      WHERE component.id = target.component_id
                        AND (plan.swept_on IS NULL OR %s))
             OR (target.component_id, target.source_id) IN (
                    SELECT component_id, source_id FROM stale))
            """,
            recent,
        )

    def _get_target_sql(self, components, document_ids, payee_ids):
        queries = [
            query
            for component in components
            if (
                query := component.measure_id._get_target_query(
                    component, document_ids, payee_ids
                )
            )
        ]
        columns = components.measure_id[:1]._get_target_columns()
        if not queries:
            # typed like the table, so that the comparison below still compiles
            return SQL(
                "SELECT %s FROM sales_commission_credit WHERE FALSE",
                self._columns_sql(columns),
            )
        return SQL(" UNION ALL ").join(queries)

    def _get_held_sql(self, components, document_model, document_ids, payee_ids):
        """Credits that count now: not a reversal and not reversed."""
        payees = (
            SQL("TRUE")
            if payee_ids is None
            else SQL("c.employee_id = ANY(%s)", list(payee_ids))
        )
        documents = (
            SQL("TRUE")
            if document_ids is None
            else SQL(
                "c.document_model = %s AND c.document_id = ANY(%s)",
                document_model,
                list(document_ids),
            )
        )
        return SQL(
            """
            SELECT c.* FROM sales_commission_credit c
             WHERE c.component_id = ANY(%s) AND %s AND %s
               AND c.reversal_of_id IS NULL
               AND NOT EXISTS (SELECT 1 FROM sales_commission_credit r
                                WHERE r.reversal_of_id = c.id)
            """,
            components.ids,
            documents,
            payees,
        )

    def _get_columns(self):
        return [
            *self._KEY,
            *self._VALUES,
            "company_id",
            "plan_id",
            "currency_id",
            "unit",
            "source_model",
            "document_model",
            "document_id",
            "document_name",
            "revision",
            "reversal_of_id",
            "reason",
            "create_uid",
            "create_date",
            "write_uid",
            "write_date",
        ]

    def _get_log_sql(self):
        now = SQL("now() AT TIME ZONE 'UTC'")
        return SQL("%s, %s, %s, %s", self.env.uid, now, self.env.uid, now)

    def _get_reversals_sql(self):
        return SQL(
            """
            SELECT component_id, employee_id, level, source_id, origin_id, sold, date,
                   date_from, date_to, -amount, -quantity, below_percent,
                   -source_amount, source_currency_id, company_id, plan_id,
                   currency_id, unit, source_model, document_model, document_id,
                   document_name, revision + 1, id,
                   CASE WHEN corrected THEN 'corrected' ELSE 'withdrawn' END,
                   %s
              FROM stale
            """,
            self._get_log_sql(),
        )

    def _get_credits_sql(self, components, source_model, document_model):
        return SQL(
            """
            SELECT fresh.component_id, fresh.employee_id, fresh.level,
                   fresh.source_id, fresh.origin_id, fresh.sold, fresh.date,
                   fresh.date_from, fresh.date_to, fresh.amount, fresh.quantity,
                   fresh.below_percent, fresh.source_amount,
                   fresh.source_currency_id, plan.company_id, plan.id,
                   plan.currency_id, kind.unit, %(source_model)s, %(document_model)s,
                   fresh.document_id, fresh.document_name,
                   1 + COALESCE((
                       SELECT MAX(past.revision) FROM sales_commission_credit past
                        WHERE past.source_model = %(source_model)s
                          AND (%(past_key)s) = (%(fresh_key)s)
                   ), 0) + (SELECT COUNT(*) FROM stale
                             WHERE (%(stale_key)s) = (%(fresh_key)s)),
                   NULL, 'credited', %(log)s
              FROM fresh
              JOIN sales_commission_component component
                ON component.id = fresh.component_id
              JOIN sales_commission_plan plan ON plan.id = component.plan_id
              JOIN unnest(%(components)s::int[], %(units)s::text[])
                AS kind(component_id, unit) ON kind.component_id = component.id
            """,
            components=components.ids,
            units=components.mapped("unit"),
            source_model=source_model,
            document_model=document_model,
            past_key=self._columns_sql(self._KEY, "past"),
            fresh_key=self._columns_sql(self._KEY, "fresh"),
            stale_key=self._columns_sql(self._KEY, "stale"),
            log=self._get_log_sql(),
        )

    def action_open_document(self):
        self.ensure_one()
        self.check_access("read")
        runs = self.env["sales.commission.run"]
        if not runs._may_open(self.document_model, self.document_id):
            raise UserError(runs._say_may_not_open(self.document_name))
        return runs._open_document(self.document_model, self.document_id)
