from collections import namedtuple
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..source.what_if import KEY, ask
from .crediting import SUM_KEY

# What a key would be if some documents counted: ``before`` is what is booked, ``after``
# what the engine gives then; ``credited`` is the change. ``row`` is of
# ``_get_priceable``, ``standing`` of ``_get_standing``, ``origins`` the documents.
Preview = namedtuple(
    "Preview", "row before after credited standing trace", module=__name__
)


class SalesCommissionRun(models.Model):
    """What documents would bring, by the queries and the engine that credit and price
    them: only the last step, writing it, is left out.

    Nothing is locked, nothing is told to anybody.
    """

    _inherit = "sales.commission.run"

    @api.model
    def _preview(self, orders, day=None):
        """What *orders* would bring all payees if they were won today.

        An order counts as confirmed today, unless it is confirmed already; and as
        invoiced and paid, as far as it is not, on its delivery date if that lies ahead,
        else today.

        :param orders: stored, or in the middle of being typed
        :param day: instead of today
        :return: ``{key: Preview}`` of all keys that change, a key being
            ``(component id, employee id, level, date_from)``
        """
        orders = orders.filtered(lambda order: order.state != "cancel")
        if not orders or not (
            self._has_plans("sale.order") or self._has_plans("account.move")
        ):
            return {}
        self.env.flush_all()
        days = {order: self._get_expected_days(order, day) for order in orders}
        supposed, documents = orders._sales_commission_suppose(days)
        return self._preview_supposed(supposed, documents)

    @api.model
    def _get_expected_days(self, order, day=None):
        """``(day of confirmation, day of invoice)``"""
        today = day or fields.Date.context_today(order)
        ahead = order.commitment_date and order.commitment_date.date()
        return today, max(today, ahead or today)

    @api.model
    def _preview_supposed(self, supposed, documents):
        """:param supposed: the ``WhatIf`` in which *documents* count
        :param documents: ``{model: their ids}``
        """
        # sudo: what a deal brings does not depend on who asks; callers show each
        # reader what that reader may see
        runs = self.sudo().with_context(**{KEY: supposed})
        rows = []
        for model, ids in documents.items():
            if ids and runs._has_plans(model):
                components = runs._get_live_components(model, list(ids))
                rows += runs._preview_credits(components, list(ids))
        previews, runs = runs._preview_earnings(rows)
        if previews and runs._pays_on_commissions():
            runs._preview_commissions(previews)
        return previews

    @api.model
    def _preview_credits(self, components, document_ids):
        return self.env["sales.commission.credit"]._preview(
            components.with_env(self.env), document_ids
        )

    @api.model
    def _preview_earnings(self, rows):
        """:param rows: of credits
        :return: ``(previews, runs for which these credits exist)``
        """
        if not rows:
            return {}, self
        supposed = self.env.context[KEY].with_rows("sales_commission_credit", rows)
        runs = self.with_context(**{KEY: supposed})
        earnings = runs.env["sales.commission.earning"]
        return earnings._preview(rows), runs

    def _preview_commissions(self, previews):
        """Add what is paid on what others earn."""
        earnings = self.env["sales.commission.earning"]
        components = self.env["sales.commission.component"].browse(
            key[0] for key in previews
        )
        changed = earnings._get_preview_rows(previews)
        following = self._get_commission_components(components.company_id)
        if not changed or not following:
            return
        supposed = self.env.context[KEY].with_rows("sales_commission_earning", changed)
        runs = self.with_context(**{KEY: supposed})
        rows = runs._preview_credits(following, [row["id"] for row in changed])
        for number, row in enumerate(rows, start=1):
            row["id"] = -1_000_000_000 - number  # beside those of the first pass
        more, _runs = runs._preview_earnings(rows)
        for key, preview in more.items():
            first = previews.get(key)
            previews[key] = preview._replace(before=first.before) if first else preview


class SalesCommissionCredit(models.Model):
    _inherit = "sales.commission.credit"

    @api.model
    def _preview(self, components, document_ids):
        """The rows that ``_apply`` would add, as dicts of columns."""
        rows = []
        for measures, counting in self._get_source_groups(components):
            judged_ids = measures._get_judged_ids(document_ids)
            tables, changes = self._get_changes_sql(counting, judged_ids, None)
            rows += ask(self.env, SQL("%s %s", tables, changes))
        names = self._get_columns()
        return [
            {"id": -number, **dict(zip(names, row, strict=True))}
            for number, row in enumerate(rows, start=1)
        ]


class SalesCommissionEarning(models.Model):
    _inherit = "sales.commission.earning"

    @api.model
    def _preview(self, credit_rows):
        """What ``_apply`` would book, with these credits among the others.

        :return: ``{key: Preview}``
        """
        credited = {}
        for row in credit_rows:
            key = tuple(row[name] for name in SUM_KEY)
            credited[key] = credited.get(key, Decimal(0)) + Decimal(row["amount"] or 0)
        components = self.env["sales.commission.component"]
        keys = self._with_later_keys(
            set(credited), components.browse(sorted({key[0] for key in credited}))
        )
        keys = self._with_dependent_keys(keys)
        components = components.browse(sorted({key[0] for key in keys}))
        previews = {}
        for row, priced, standing in self._price(
            components, self._get_priceable(keys, components)
        ):
            key = self._get_key(row)
            previews[key] = Preview(
                row=row,
                before=Decimal(row["booked"]),
                after=priced.amount,
                credited=credited.get(key, Decimal(0)),
                standing=standing,
                trace=priced.trace,
            )
        return previews

    @api.model
    def _get_preview_rows(self, previews):
        """The earnings that would be booked, as dicts of columns."""
        components = self.env["sales.commission.component"]
        rows = []
        for number, preview in enumerate(previews.values(), start=1):
            change = preview.after - preview.before
            if not change:
                continue
            component = components.browse(preview.row["component_id"])
            rows.append(
                {
                    "id": -number,
                    **{name: preview.row[name] for name in (*SUM_KEY, "date_to")},
                    "company_id": component.company_id.id,
                    "plan_id": component.plan_id.id,
                    "currency_id": component.currency_id.id,
                    "amount": change,
                    "total": preview.after,
                    "revision": preview.row["revision"] + 1,
                }
            )
        return rows
