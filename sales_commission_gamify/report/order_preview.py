from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..models.design.words import say_percent

MODULE = "sales_commission_gamify"
ZERO = 0


class SaleOrder(models.Model):
    """What an order brings whoever looks at it, before and after it is won."""

    _inherit = "sale.order"

    sales_commission_has_preview = fields.Boolean(
        compute="_compute_sales_commission_has_preview",
        help="Whether there is any commission to show: for payees their own, for "
        "managers that of those below.",
    )

    @api.depends("state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_sales_commission_has_preview(self):
        shown = self._sales_commission_is_preview_reader()
        for order in self:
            order.sales_commission_has_preview = shown and order.state != "cancel"

    @api.model
    def _sales_commission_is_preview_reader(self):
        """Cheap for those who have no plan: each form asks it."""
        # sudo: whether there are plans, for whoever sells
        runs = self.env["sales.commission.run"].sudo()
        if not (runs._has_plans("sale.order") or runs._has_plans("account.move")):
            return False
        if self.env.user.share:
            return False
        dashboard = self.env["sales.commission.dashboard"]
        return dashboard._sees_everybody() or bool(dashboard._get_own_payees())

    @api.readonly
    def sales_commission_preview(self, values=None):
        """What the order brings the payees that the user may see, as it is on screen.

        :param values: what is typed and not saved yet, as the web client sends it
        :return: ``{"is_won", "payees": [{"name", "is_own", "amount_text", "credited",
            "components": [{"name", "amount_text", "lines"}]}]}``, ``credited`` as of
            ``_get_credited_by``; no payees when there is nothing to show
        """
        order = self._sales_commission_get_typed(values or {})
        shown = {"is_won": order.state == "sale", "payees": []}
        if not self._sales_commission_is_preview_reader():
            return shown
        previews = self.env["sales.commission.run"]._preview(order)
        credited = self._sales_commission_get_credited()
        dashboard = self.env["sales.commission.dashboard"]
        seen = dashboard._get_seen_payees({key[1] for key in previews} | set(credited))
        own = dashboard._get_own_payees() & seen
        for payee in own + (seen - own):
            mine = {k: p for k, p in previews.items() if k[1] == payee.id}
            row = dashboard._get_preview_card(mine)
            row |= {
                "id": payee.id,
                "name": payee.name,
                "is_own": payee in own,
                "credited": credited.get(payee.id, []),
            }
            if row["components"] or row["credited"]:
                shown["payees"].append(row)
        return shown

    def _sales_commission_get_typed(self, values):
        """The order as it is being typed.

        :raise AccessError: for lines of another order
        """
        if self:
            self.ensure_one()
            self.check_access("read")
            order = self.new(values, origin=self) if values else self
        else:
            defaults = self.default_get([n for n in self._fields if n not in values])
            order = self.new({**defaults, **values})
        for name in ("order_line", "sales_commission_split_ids"):
            # sudo: only which rows they are
            if order.sudo()[name]._origin - self.sudo()[name]:
                raise AccessError(
                    self.env._("A preview is made of the rows of one order alone.")
                )
        return order

    def _sales_commission_get_credited(self):
        """``{payee id: rows}`` of what the order and its invoices have credited."""
        if not self:
            return {}
        # sudo: the invoices' numbers; the credits are read with the user's rights
        moves = self.sudo().invoice_ids.ids
        documents = {"sale.order": self.ids, "account.move": moves}
        return self.env["sales.commission.dashboard"]._get_credited_by(documents)


class SalesCommissionDashboard(models.AbstractModel):
    _inherit = "sales.commission.dashboard"

    @api.model
    def _sees_everybody(self):
        user = self.env.user
        return user.has_group(f"{MODULE}.group_officer") or user.has_group(
            f"{MODULE}.group_accountant"
        )

    @api.model
    def _get_seen_payees(self, payee_ids):
        """Those of the payees whose commissions the user may see: the user's own, of
        managers those below, of officers and accountants all."""
        # sudo: names of payees, whom salespeople may not read
        payees = self.env["hr.employee"].sudo().browse(sorted(payee_ids))
        payees = payees.filtered(lambda p: p.company_id in self.env.companies)
        if self._sees_everybody():
            return payees
        own = self._get_own_payees()
        below = self.env["sales.commission.leaderboard.page"]._get_below(own)
        return payees & (own | own.browse(below))

    @api.model
    def _get_credited_by(self, documents):
        """What documents have credited and so far bring, as far as the user may see
        it.

        :param documents: ``{model: ids}``
        :return: ``{payee id: [{"name", "text", "amount", "amount_text"}]}``, one row
            for each component
        """
        credits_ = self.env["sales.commission.credit"]
        domain = Domain.OR(
            Domain("document_model", "=", model) & Domain("document_id", "in", ids)
            for model, ids in documents.items()
        )
        rows = credits_._read_group(
            domain,
            ["employee_id", "component_id", "level", "date_from:day"],
            ["amount:sum", "quantity:sum"],
        )
        keys = {(c.id, payee.id, *key) for payee, c, *key, _sum, _units in rows}
        # sudo: the share of each document, of keys of which the user sees the credits
        shares = self.env["sales.commission.earning"].sudo()._get_brought(keys)
        wanted = {(model, id_) for model, ids in documents.items() for id_ in ids}
        found = defaultdict(list)
        for payee, component, level, first, amount, quantity in rows:
            by_document = shares.get((component.id, payee.id, level, first), {})
            brought = [by_document[one] for one in wanted & by_document.keys()]
            if not amount and not any(brought):
                continue
            component = component.sudo()  # sudo: its name, when the payee has left
            currency = component.currency_id
            money = currency.round(sum(brought))
            found[payee.id].append(
                {
                    "name": component.name,
                    "text": credits_._say_credited(
                        amount, quantity, component.unit, currency
                    ),
                    "amount": money,
                    # where it cannot be told what one deal brings, nothing is said
                    "amount_text": currency.format(money) if brought else "",
                }
            )
        return found

    @api.model
    def _get_preview_card(self, previews):
        """One payee's part of ``sales_commission_preview``."""
        # sudo: names and rates of the payee's own plans, which a portal payee may
        # not read
        components = self.env["sales.commission.component"].sudo()
        components = components.browse({key[0] for key in previews}).sorted()
        before = self._get_attained_before(previews)
        rows, total = [], ZERO
        for component in components:
            for key in sorted(previews):
                preview = previews[key]
                change = float(preview.after - preview.before)
                if key[0] != component.id or not (change or preview.credited):
                    continue
                total += change
                rows.append(
                    {
                        "key": "-".join(map(str, key)),
                        "name": component.name,
                        "amount": change,
                        "amount_text": component.currency_id.format(change),
                        "lines": self._say_effect(
                            component, key, preview, before.get(key)
                        ),
                    }
                )
        currency = components.currency_id[:1]
        return {
            "amount": total,
            "amount_text": currency.format(total) if currency else "",
            "components": rows,
        }

    @api.model
    def _get_attained_before(self, previews):
        """``{key: the attainment as it is}``"""
        # sudo: callers name the payees that the user may see
        attainments = self.env["sales.commission.attainment"].sudo()
        found = attainments.search(
            [
                ("component_id", "in", list({key[0] for key in previews})),
                ("employee_id", "in", list({key[1] for key in previews})),
                ("date_from", "in", list({key[3] for key in previews})),
            ]
        )
        return {
            (row.component_id.id, row.employee_id.id, row.level, row.date_from): row
            for row in found
        }

    @api.model
    def _say_effect(self, component, key, preview, attained):
        """What the deal does to the rest of the period, in sentences."""
        row, standing = preview.row, preview.standing
        period = self.env["sales.commission.period"]._get_name(
            row["date_from"], row["date_to"]
        )
        money = component.currency_id.format
        lines = []
        if standing["problem"]:
            problems = dict(self.env["sales.commission.attainment"]._get_problems())
            lines.append(problems.get(standing["problem"], problems["other"]))
        elif standing["attainment"] is not None:
            lines.append(
                self.env._(
                    "%(period)s: from %(before)s to %(after)s of the quota.",
                    period=period,
                    before=say_percent(
                        self.env, attained.attainment if attained else 0
                    ),
                    after=say_percent(self.env, float(standing["attainment"])),
                )
            )
        elif component.unit == "money":
            lines.append(
                self.env._(
                    "%(period)s: from %(before)s to %(after)s credited.",
                    period=period,
                    before=money(attained.credited if attained else 0),
                    after=money(float(standing["value"])),
                )
            )
        step = self._get_step_ahead(component, key[2], standing)
        if step:
            lines.append(
                self.env._(
                    "The next step, at %(bound)s, pays %(pay)s.",
                    bound=component._say_bound(step.bound),
                    pay=step._say_pay(),
                )
            )
        lines.append(
            self.env._(
                "Earned in the period: %(after)s instead of %(before)s.",
                after=money(float(preview.after)),
                before=money(float(preview.before)),
            )
        )
        return lines

    @api.model
    def _get_step_ahead(self, component, level, standing):
        """The step of the rate table that the payee would reach next."""
        value = {"attainment": standing["attainment"], "amount": standing["value"]}.get(
            component.lookup
        )
        if component.pays != "rates" or value is None:
            return None
        steps = component.rate_ids.filtered(lambda rate: rate.level == level)
        return steps.sorted("bound").filtered(lambda step: step.bound > value)[:1]
