from decimal import Decimal

from odoo import models
from odoo.tools import formatLang

from ... import engine
from ...engine.values import to_text

# More decimals than these say nothing to a reader.
READABLE = Decimal("0.0001")


def say_number(env, number):
    """1234.5 → “1,234.5”, as the reader's language writes it."""
    text = to_text(engine.round_to(Decimal(str(number)), READABLE))
    decimals = len(text.partition(".")[2])
    return formatLang(env, float(text), digits=decimals)


def say_percent(env, number):
    return f"{say_number(env, number)} %"


class SalesCommissionComponent(models.Model):
    """How a component's figures are said: the one place for earnings, worked
    examples, trying out and the text of the plan."""

    _inherit = "sales.commission.component"

    def _get_trace_sentences(self):
        """The sentence for each kind of line of a trace, in the reader's language."""
        return {
            "attainment": self.env._("{credited} of {quota} = {percent}"),
            "excess": self.env._("{credited} less the quota of {quota} = {base}"),
            "step": self.env._("{base} at {percent} = {amount}"),
            "unit": self.env._("{quantity} × {each} = {amount}"),
            "fixed": self.env._("fixed = {amount}"),
            "target": self.env._(
                "{percent} of the target incentive {target} = {amount}"
            ),
            "gate.pay": self.env._(
                "{component}{attainment} is below {threshold}: no pay"
            ),
            "gate.accelerators": self.env._(
                "{component}{attainment} is below {threshold}: no accelerators"
            ),
            "accelerator": self.env._(
                "{base} × {percent} above {bound} of quota: {amount}"
            ),
            "multiplier": self.env._(
                "{base} × {percent} for {measure} {value}: {amount}"
            ),
            "floor": self.env._("at least {floor}: {amount}"),
            "cap": self.env._("at most {cap}: {amount}"),
            "below": self.env._("less {below} that the levels below got"),
            "score": self.env._("{component}{attainment} weighs {weight}"),
            "formula": self.env._("{formula} = {amount}"),
            "missing": self.env._("something is missing ({missing}): nothing is paid"),
        }

    def _say_trace_lines(self, trace):
        """A sentence for each line of *trace*, in the reader's language and currency
        format."""
        self.ensure_one()
        return engine.say_lines(
            self._with_names(trace),
            money=self._format_money,
            percent=lambda number: say_percent(self.env, number),
            count=self._format_counted,
            number=lambda number: say_number(self.env, number),
            sentences=self._get_trace_sentences(),
        )

    def _get_missing_words(self):
        """What a trace says is missing, in the reader's language; it is stored in
        English."""
        return {
            "target for what it looks at": self.env._("target for what it looks at"),
            "rate for this level": self.env._("rate for this level"),
            "quota": self.env._("quota"),
            "target incentive": self.env._("target incentive"),
        }

    def _with_names(self, trace):
        """*trace* with words for codes: names of components, what is missing."""
        names = {str(other.id): other.name for other in self.plan_id.component_ids}
        lines = []
        for line in trace:
            facts = dict(line.facts)
            for fact in ("component", "measure"):
                if fact in facts:
                    key = str(facts[fact]).partition(":")[0]
                    facts[fact] = names.get(key, facts[fact])
            if "missing" in facts:
                what = facts["missing"]
                facts["missing"] = self._get_missing_words().get(what, what)
            lines.append(engine.TraceLine(line.kind, line.amount, facts))
        return engine.Trace(lines)

    def _say_trace(self, trace):
        return "; ".join(self._say_trace_lines(trace))

    def _format_money(self, amount):
        return self.currency_id.format(float(amount))

    def _format_counted(self, number):
        """A number of what the component counts: money, a number or a percentage."""
        if self.unit == "money":
            return self._format_money(number)
        if self.unit == "percent":
            # a ratio of sums has endless decimals
            return say_percent(self.env, round(number, 2))
        return say_number(self.env, number)
