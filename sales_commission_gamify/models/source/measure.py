from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache


class SalesCommissionMeasure(models.Model):
    """One door for documents: which events a component counts, as the documents are
    now. Each kind of source answers the same questions in a file of its own:

    ``_get_event_query_<source>``: its events;
    ``_get_gone_sql_<source>``: whether a credit's document no longer counts at all.
    """

    _inherit = "sales.commission.measure"

    def _get_event_key(self, component, document_ids=None):
        """Components with the same key count the same events in the same way. Of all
        documents, each plan reads only those of its own days."""
        plan = component.plan_id
        return (
            self.id,
            component.company_id.id,
            component.refund_period,
            (component.domain or "[]").strip(),
            (plan.date_from, plan.date_to) if document_ids is None else None,
        )

    def _get_split_links(self):
        """Columns of the events that lead to a document that can be shared."""
        return {
            "order_line": ["order_id"],
            "invoice_line": ["move_id"],
            "payment": ["move_id"],
        }.get(self.source, [])

    def _get_target_columns(self):
        """Columns of a target query. Amounts are positive for a sale; ``amount``
        is in the plan's currency or the measure's unit, ``source_amount`` in the
        document's. ``quantity`` counts units; of a measure in percent it is what the
        amount is divided by. ``origin_id`` is the sale itself, for a refund the sale
        it takes back. ``sold`` is the day on which the payee must take part.
        ``below_percent`` is the rate that the levels below get."""
        return [
            "component_id",
            "employee_id",
            "level",
            "source_id",
            "document_id",
            "origin_id",
            "document_name",
            "sold",
            "date",
            "date_from",
            "date_to",
            "amount",
            "quantity",
            "below_percent",
            "source_amount",
            "source_currency_id",
        ]

    def _get_event_columns(self):
        """Columns of an event query, one row for what is credited at once.

        ``sold`` is the day on which a payee must take part, ``date`` the day on
        which it counts. Whose it is: ``employee_id`` when the source names the payee,
        else ``user_id``, a login, and ``team_id`` the sales team; ``order_id`` and
        ``move_id`` say whose splits hold. Each may be NULL. ``amount`` and
        ``quantity`` are numeric, never integers.
        """
        return [
            "source_id",
            "document_id",
            "origin_id",
            "document_name",
            "sold",
            "date",
            "user_id",
            "employee_id",
            "team_id",
            "order_id",
            "move_id",
            "amount",
            "quantity",
            "source_amount",
            "source_currency_id",
        ]

    def _counts_documents(self):
        """Whether one event is a whole document rather than a line of it."""
        return self.value in ("documents", "new_customers")

    def _get_document_models(self):
        """The source's model and the model of the document it belongs to."""
        if self.source == "record":
            model = self.model_name or ""  # its app may be gone
            return model, model
        lines, documents = {
            "order_line": ("sale.order.line", "sale.order"),
            "invoice_line": ("account.move.line", "account.move"),
            "payment": ("account.partial.reconcile", "account.move"),
            "achievement": (
                "sales.commission.achievement",
                "sales.commission.achievement",
            ),
        }[self.source]
        return (documents if self._counts_documents() else lines), documents

    @api.model
    def _get_live_domain(self, document_model=None, sources=None):
        """Measures whose documents are of that model, or of these sources."""
        if document_model:
            domain = Domain("source", "=", "record") & Domain(
                "model_id.model", "=", document_model
            )
            kinds = {
                "sale.order": ["order_line"],
                "account.move": ["invoice_line", "payment"],
                "sales.commission.achievement": ["achievement"],
            }.get(document_model, [])
            wanted = [kind for kind in kinds if not sources or kind in sources]
            return Domain("source", "in", wanted) | (
                Domain.FALSE if sources else domain
            )
        return Domain("source", "in", sources)

    @api.model
    @ormcache("tuple(sources)")
    def _has_live(self, sources):
        """Whether a plan that pays counts one of these sources at all."""
        # sudo: whoever registers a payment needs no right on plans
        components = self.env["sales.commission.component"].sudo()
        return bool(
            components.search_count(
                Domain("plan_id.state", "!=", "draft")
                & Domain("measure_id", "any", self._get_live_domain(sources=sources)),
                limit=1,
            )
        )

    # --- which documents are judged together ----------------------------------------

    def _get_judged_scope(self):
        """Measures of one scope judge the same documents when one is touched."""
        if self.source in ("invoice_line", "payment"):
            scopes = {"documents": "family", "new_customers": "customer_invoices"}
            return scopes.get(self.value, "refunds")
        if self.source == "order_line" and self.value == "new_customers":
            return "customer_orders"
        return "alone"

    def _get_judged_ids(self, document_ids):
        """The documents to judge anew when *document_ids* were touched. The context
        names those that a deleted document was related to."""
        if document_ids is None:
            return None
        scope = self[:1]._get_judged_scope()
        related = self.env.context.get("sales_commission_related", {}).get(scope, ())
        return getattr(self, f"_get_judged_ids_{scope}")({*document_ids, *related})

    @api.model
    def _get_judged_ids_alone(self, document_ids):
        return sorted(document_ids)

    def _is_judged_fully(self):
        """Whether the sweep judges all its documents anew, as nothing tells when one
        of them changes."""
        return self.source in ("achievement", "record")

    def _get_gone_sql(self, held):
        """Whether a credit's document no longer counts at all, whatever its content.

        :param held: alias of the credit's row
        """
        return getattr(self, f"_get_gone_sql_{self.source}")(held)

    # --- what the sources share -----------------------------------------------------

    def _get_filter(self, component):
        """What both the measure and the component ask of a source's row."""
        return self._parse_domain(self.domain, self.name) & self._parse_domain(
            component.domain, component.name
        )

    @api.model
    def _get_day_sql(self, moment, company):
        """The day of a moment, which Odoo stores in UTC, where *company* is."""
        zone = company.resource_calendar_id.tz or company.partner_id.tz or "UTC"
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", moment, zone)

    @api.model
    def _get_units_join_sql(self):
        """Joins of a sale's ``line`` that tell how many of the product's own units
        one unit of the line is: 12 for a dozen."""
        for model, names in (
            ("product.product", ["product_tmpl_id"]),
            ("product.template", ["uom_id"]),
            ("uom.uom", ["factor"]),
        ):
            self.env[model].flush_model(names)
        return SQL(
            """
            LEFT JOIN product_product product ON product.id = line.product_id
            LEFT JOIN product_template template ON template.id = product.product_tmpl_id
            LEFT JOIN uom_uom own_uom ON own_uom.id = template.uom_id
            LEFT JOIN uom_uom line_uom ON line_uom.id = line.product_uom_id
            """
        )

    @api.model
    def _get_units_sql(self, quantity):
        return SQL(
            """(%s::numeric * COALESCE(line_uom.factor::numeric
                                       / NULLIF(own_uom.factor, 0)::numeric, 1))""",
            quantity,
        )

    def _get_value_sql(self, parts):
        """What is added up, and its quantity.

        :param parts: ``SQL`` by name: ``amount``, ``cost``, ``units`` and ``price``,
            the amount before the discount; all signed
        :return: ``(amount, quantity, whether the row counts)``
        """
        zero = SQL("0")
        margin = SQL("(%s - %s)", parts["amount"], parts["cost"])
        given = SQL("(%s - %s)", parts["price"], parts["amount"])
        base = parts["cost" if self.margin_base == "cost" else "amount"]
        amount, quantity, asked = {
            "amount": (parts["amount"], parts["units"], parts["amount"]),
            "documents": (parts["amount"], parts["units"], parts["amount"]),
            "margin": (margin, parts["units"], margin),
            "quantity": (parts["units"], parts["units"], parts["units"]),
            "margin_percent": (margin, base, base),
            "discount": (given, parts["price"], parts["price"]),
        }[self.value]
        return (
            amount,
            quantity,
            SQL("(%s != %s OR %s != %s)", asked, zero, amount, zero),
        )
