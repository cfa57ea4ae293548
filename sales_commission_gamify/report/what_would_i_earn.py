import re
from decimal import ROUND_CEILING, Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import formatLang, get_lang

from ..engine import periods
from ..models.design.exact import exact

MOST = Decimal(10) ** 12  # more is no sale
MOST_SALES = 1000
PARTS = 8  # of the curve
GOALS = 4
CENT = Decimal("0.01")
# How far the slider goes where nothing lies ahead.
DEFAULT_END = {"money": Decimal(10000), "number": Decimal(10)}
DOCUMENTS = ("documents", "new_customers")


class SalesCommissionDashboard(models.AbstractModel):
    """“What would I earn if I sold more?”, by the credits, the terms and the engine of
    the statement. For payees themselves, portal users too.
    """

    _inherit = "sales.commission.dashboard"

    @api.model
    @api.readonly
    def get_what_would_i_earn(self, more=None, curve=None):
        """What the periods that run today pay the current user, and what they would.

        What may be named are the inputs that this method gives the current user and
        nobody else's; this is checked here and nowhere else.

        :param more: ``{input id: {"amount", "sales", "units"}}``, numbers or text as
            the user types them; empty is nothing
        :param curve: the id of an input of which to price a handful of amounts; True
            for the first one
        :return: ``{"totals": [{"now", "then", "more"}], "inputs", "components",
            "curve"}``, the texts in the user's language; False for whoever takes part
            in no plan today
        :raise AccessError: for the inputs of somebody else
        """
        payees, _elsewhere = self._get_payees_of_one_company()
        today = fields.Date.context_today(self)
        keys = self._get_keys_of_today(payees, today)
        inputs = self._get_more_inputs(keys)
        if curve is True:
            curve = next((i for i, row in inputs.items() if not row["obstacle"]), None)
        self._check_more_inputs(inputs, [*(more or {}), *([curve] if curve else [])])
        if not keys:
            return False
        typed, errors = self._read_more(inputs, more or {})
        as_is = self.env["sales.commission.run"]._price_as_is(keys)
        previews = self._preview_inputs(inputs, typed)
        own_ids = set(payees.ids)
        own = {key: one for key, one in previews.items() if key[1] in own_ids}
        rows = [
            self._get_more_input(
                id_, row, as_is, typed.get(id_, []), errors.get(id_, "")
            )
            for id_, row in inputs.items()
        ]
        return {
            "totals": self._get_more_totals(keys, own),
            "inputs": rows,
            "components": self._get_more_cards(keys, as_is, own),
            "curve": bool(curve)
            and self._get_more_curve(inputs, typed, more or {}, curve, rows, own_ids),
        }

    # --- what is asked ------------------------------------------------------------

    @api.model
    def _get_keys_of_today(self, payees, today):
        """``{key: (last day, attainment or none)}`` of the payees' periods that run."""
        if not payees:
            return {}
        keys = {}
        # sudo: the caller names the user's own payees
        attainments = self.env["sales.commission.attainment"].sudo()
        found = attainments.search(
            Domain("employee_id", "in", payees.ids)
            & Domain("date_from", "<=", today)
            & Domain("date_to", ">=", today)
        )
        rows = {row._get_sum_keys().pop(): row for row in found}
        assigned = self._get_assigned(payees, periods.Period(today, today))
        components = self.env["sales.commission.component"].sudo()
        for key, row in assigned.items():
            component = components.browse(key[0])
            levels = [key[2]]
            if component.credited_to == "hierarchy":
                held = [k[2] for k in rows if (k[0], k[1], k[3]) == _without_level(key)]
                levels = held or component._get_designer_levels()[:1]
            for level in levels:
                own = (*key[:2], level, key[3])
                keys[own] = row["date_to"], rows.get(own, attainments)
        for key, row in rows.items():
            keys.setdefault(key, (row.date_to, row))
        return keys

    @api.model
    def _get_more_inputs(self, keys):
        """``{id: {"keys", "components", "obstacle"}}``: what counts the same sales in
        the same way is typed once."""
        # sudo: the rules of the user's own plans, which a portal payee may not read
        components = self.env["sales.commission.component"].sudo()
        inputs, by_source = {}, {}
        for component in components.browse({key[0] for key in keys}).sorted():
            for key in sorted(key for key in keys if key[0] == component.id):
                if component.basis == "scorecard":
                    continue
                source = (
                    *key[1:3],
                    component.measure_id.id,
                    component.domain or "[]",
                    component.credited_to,
                    component.hierarchy_id.id,
                    component.currency_id.id,
                )
                id_ = by_source.setdefault(source, "-".join(map(str, key[:3])))
                row = inputs.setdefault(id_, {"keys": {}, "components": components})
                row["keys"][key] = keys[key][0]
                row["components"] |= component
                row["obstacle"] = self._get_more_obstacle(row["components"], key[2])
        return inputs

    @api.model
    def _get_more_obstacle(self, components, level):
        """Why it cannot be told what more would bring; empty when it can."""
        if components[0].unit == "percent":
            return self.env._(
                "Counted in percent: it depends on what you sell, not only on how much."
            )
        if level and any(component._asks_below() for component in components):
            return self.env._("Depends on who below you makes the sale.")
        return ""

    @api.model
    def _check_more_inputs(self, inputs, asked):
        if any(id_ not in inputs or inputs[id_]["obstacle"] for id_ in asked):
            raise AccessError(
                self.env._(
                    "You can try out what you would earn by your own plans of today. "
                    "Load the page again: yours may have changed."
                )
            )

    # --- what is typed ------------------------------------------------------------

    @api.model
    def _read_more(self, inputs, more):
        """``({id: [(amount, quantity) of each sale]}, {id: sentence})``; what is no
        number counts as nothing."""
        typed, errors = {}, {}
        for id_, figures in more.items():
            components = inputs[id_]["components"]
            try:
                typed[id_] = self._read_sales(components, figures or {})
            except UserError as error:
                errors[id_] = str(error)
        return typed, errors

    @api.model
    def _read_sales(self, components, figures):
        asks = self._get_more_asks(components)
        amount = self._read_number(figures.get("amount"))
        if not amount:
            return []
        rounding = self._get_more_rounding(components)
        if amount % rounding:
            if rounding == 1:
                raise UserError(self.env._("Type a whole number."))
            amount = amount.quantize(rounding)
        counts = components[0].measure_id.value in DOCUMENTS
        sales = amount if counts else self._read_number(figures.get("sales")) or 1
        if not 1 <= sales <= MOST_SALES or sales % 1:
            raise UserError(
                self.env._("Type a whole number of sales from 1 to %s.", MOST_SALES)
            )
        sales = int(sales) if counts or "sales" in asks else 1
        units = amount if components[0].unit == "number" else Decimal(sales)
        if "units" in asks:
            units = self._read_number(figures.get("units"))
        each = (amount / sales).quantize(rounding)
        parts = [each] * (sales - 1) + [amount - each * (sales - 1)]
        # that the units add up matters, not on which sale they are
        return [(part, units if not number else 0) for number, part in enumerate(parts)]

    @api.model
    def _read_number(self, value):
        """What somebody typed, in the user's language or with a decimal point."""
        if value in (None, False, ""):
            return Decimal(0)
        text = re.sub(r"[\s\u00a0\u202f'’]", "", str(value))
        lang = get_lang(self.env)
        thousands = re.escape(lang.thousands_sep or ",")
        if re.fullmatch(rf"-?\d{{1,3}}({thousands}\d{{3}})+([.,]\d*)?", text):
            text = text.replace(lang.thousands_sep or ",", "")
        if not text:
            return Decimal(0)
        if text.startswith("-"):
            raise UserError(self.env._("Type what you would sell more: 0 or above."))
        if not re.fullmatch(r"\d{1,30}([.,]\d{0,30})?|[.,]\d{1,30}", text, re.ASCII):
            raise UserError(
                self.env._(
                    "“%(value)s” is not a number. Write it in digits, for example "
                    "%(example)s.",
                    value=str(value)[:30],
                    example=formatLang(self.env, 1500.5),
                )
            )
        number = Decimal(text.replace(",", "."))
        if number >= MOST:
            raise UserError(
                self.env._("That is too much to work out. Type a smaller number.")
            )
        return number

    @api.model
    def _get_more_asks(self, components):
        """Figures, beside the amount, that decide what is paid."""
        asks = set()
        if components[0].unit != "money":
            return asks
        for component in components:
            named = component._get_formula_names()
            kinds = set(component.rate_ids.mapped("kind"))
            if component._asks_sales():
                asks.add("sales")
            by_unit = component.pays == "rates" and "per_unit" in kinds
            if (by_unit and component.lookup != "count") or "quantity" in named:
                asks.add("units")
        return asks

    @api.model
    def _get_more_rounding(self, components):
        component = components[0]
        if component.unit == "money":
            return exact(component.currency_id.rounding)
        return Decimal(1) if component.measure_id.value in DOCUMENTS else CENT

    @api.model
    def _preview_inputs(self, inputs, typed):
        today = fields.Date.context_today(self)
        more = {
            (*key, last, today): sales
            for id_, sales in typed.items()
            if sales
            for key, last in inputs[id_]["keys"].items()
        }
        return self.env["sales.commission.run"]._preview_more(more)

    # --- the curve ----------------------------------------------------------------

    @api.model
    def _get_more_curve(self, inputs, typed, more, id_, rows, own_ids):
        """What all would pay in sum over the amount of one input, the others as they
        are typed."""
        row = next(row for row in rows if row["id"] == id_)
        components = inputs[id_]["components"]
        if "units" in row["asks"]:  # how many units there are is not on the axis
            return False
        sales = (more.get(id_) or {}).get("sales")
        places, added = self._get_curve_places(components, row), []
        for place in places:
            try:
                one = self._read_sales(components, {"amount": place, "sales": sales})
            except UserError:  # said beside the input
                return False
            previews = self._preview_inputs(inputs, {**typed, id_: one})
            added.append(
                sum(
                    float(preview.after - preview.before)
                    for key, preview in previews.items()
                    if key[1] in own_ids
                )
            )
        money = components[0].currency_id.format
        return {
            "id": id_,
            "x": [float(place) for place in places],
            "y": added,
            "x_texts": [self._say_more(components[0], place) for place in places],
            "y_texts": [money(amount) for amount in added],
        }

    @api.model
    def _get_curve_places(self, components, row):
        rounding = self._get_more_rounding(components)
        most = Decimal(repr(row["most"]))
        places = {(most * part / PARTS).quantize(rounding) for part in range(PARTS + 1)}
        for goal in row["goals"]:
            amount = Decimal(repr(goal["amount"])).quantize(rounding)
            places |= {amount - rounding, amount}  # what jumps is drawn as a jump
        return sorted(place for place in places if 0 <= place <= most)

    @api.model
    def _say_more(self, component, amount):
        return component._format_counted(amount)

    # --- where to -----------------------------------------------------------------

    @api.model
    def _get_goals(self, component, level, standing):
        """What lies ahead of a payee, as ``{amount still missing: what it is}``."""
        value, quota = standing["value"], standing["quota"]
        per_percent = quota / 100 if quota and quota > 0 else None
        rounding = self._get_more_rounding(component)
        places = self._get_step_places(component, level, per_percent)
        if per_percent:
            for gate in component.gate_ids.filtered(
                lambda g: not g.source_component_id
            ):
                places.append(
                    (exact(gate.threshold) * per_percent, self.env._("The gate"))
                )
            places += [
                (exact(one.bound) * per_percent, self.env._("The accelerator"))
                for one in component.accelerator_ids
            ]
            places.append((quota, self.env._("Your quota")))
        return {
            (place - value).quantize(rounding, ROUND_CEILING): name
            for place, name in places
            if place > value
        }

    @api.model
    def _get_step_places(self, component, level, per_percent):
        """``[(where a step starts in what is credited, its name)]``"""
        steps = component.rate_ids.filtered(lambda rate: rate.level == level)
        if component.pays != "rates":
            return []
        if component.lookup == "attainment" and per_percent:
            factor, start = per_percent, Decimal(0)
        elif component.lookup == "amount":
            above = component.only_above_quota and per_percent
            factor, start = Decimal(1), per_percent * 100 if above else Decimal(0)
        else:
            return []
        beyond = self._get_more_rounding(component) if component.edge == "lower" else 0
        return [
            (
                start + exact(step.bound) * factor + beyond,
                self.env._("The step that pays %s", step._say_pay()),
            )
            for step in steps.sorted("bound")
            if step.bound
        ]


def _without_level(key):
    return key[0], key[1], key[3]
