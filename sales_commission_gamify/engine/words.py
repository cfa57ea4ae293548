"""A trace in plain English: "100,000 at 5 % = 5,000; 20,000 at 8 % = 1,600"."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from .trace import Trace, TraceLine
from .values import to_text

Say = Callable[[Decimal], str]

SENTENCES = {
    "attainment": "{credited} of {quota} = {percent}",
    "excess": "{credited} - quota {quota} = {base}",
    "score": "{component}{attainment} weighs {weight}",
    "formula": "{formula} = {amount}",
    "step": "{base} at {percent} = {amount}",
    "unit": "{quantity} × {each} = {amount}",
    "fixed": "fixed = {amount}",
    "target": "{percent} of target {target} = {amount}",
    "gate": "{component}{attainment} is below {threshold}: no {closes}",
    "accelerator": "{base} × {percent} above {bound} of quota: {amount}",
    "multiplier": "{base} × {percent} for {measure} {value}: {amount}",
    "below": "less {below} that the levels below got",
    "floor": "at least {floor}: {amount}",
    "cap": "at most {cap}: {amount}",
    "missing": "no {missing}: nothing is paid",
}
MONEY = {
    "amount",
    "base",
    "below",
    "cap",
    "credited",
    "each",
    "floor",
    "quota",
    "target",
}
PERCENTS = {"percent", "attainment", "threshold", "weight"}


def say_number(number: Decimal) -> str:
    """100000 → "100,000"."""
    whole, _, decimals = to_text(number).partition(".")
    return f"{int(whole):,}" + (f".{decimals}" if decimals else "")


def say_percent(number: Decimal) -> str:
    return f"{to_text(number)} %"


def in_words(trace: Trace, money: Say = say_number, percent: Say = say_percent) -> str:
    return "; ".join(_say(line, money, percent) for line in trace)


def _say(line: TraceLine, money: Say, percent: Say) -> str:
    words = {"amount": money(line.amount)}
    for name, fact in line.facts.items():
        if not isinstance(fact, Decimal):
            words[name] = f"{fact}: " if name == "component" and fact else str(fact)
        elif name in MONEY:
            words[name] = money(fact)
        elif name in PERCENTS or (name == "bound" and line.kind == "accelerator"):
            words[name] = percent(fact)
        else:
            words[name] = to_text(fact)
    return SENTENCES[line.kind].format(**words)
