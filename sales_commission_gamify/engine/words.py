"""A trace in plain English: "100,000 at 5 % = 5,000; 20,000 at 8 % = 1,600"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
COUNTED = {"credited", "quota"}
ON_COUNTED = {"step", "excess"}


def say_number(number: Decimal) -> str:
    """100000 → "100,000"."""
    whole, _, decimals = to_text(number).partition(".")
    return f"{int(whole):,}" + (f".{decimals}" if decimals else "")


def say_percent(number: Decimal) -> str:
    return f"{to_text(number)} %"


def in_words(
    trace: Trace,
    money: Say = say_number,
    percent: Say = say_percent,
    count: Say | None = None,
    number: Say = to_text,
    sentences: Mapping[str, str] | None = None,
) -> str:
    """The lines of *trace*, one after the other."""
    return "; ".join(say_lines(trace, money, percent, count, number, sentences))


def say_lines(
    trace: Trace,
    money: Say = say_number,
    percent: Say = say_percent,
    count: Say | None = None,
    number: Say = to_text,
    sentences: Mapping[str, str] | None = None,
) -> list[str]:
    """A sentence for each line of *trace*.

    *count* says what was counted, when that is no money. *sentences* are those of
    another language; a kind that it does not know is said in English. A sentence
    may be for one choice alone: ``gate.pay`` goes before ``gate``.
    """
    counted = count or money
    return [
        _choose(line, sentences or {}).format(
            **_say_facts(line, money, percent, counted, number)
        )
        for line in trace
    ]


def _choose(line: TraceLine, sentences: Mapping[str, str]) -> str:
    for key in (f"{line.kind}.{line.facts.get('closes')}", line.kind):
        if key in sentences:
            return sentences[key]
    return SENTENCES[line.kind]


def _say_facts(
    line: TraceLine, money: Say, percent: Say, counted: Say, number: Say
) -> dict[str, str]:
    words = {"amount": money(line.amount)}
    for name, fact in line.facts.items():
        if not isinstance(fact, Decimal):
            words[name] = f"{fact}: " if name == "component" and fact else str(fact)
        elif name in COUNTED or (name == "base" and line.kind in ON_COUNTED):
            words[name] = counted(fact)
        elif name in MONEY:
            words[name] = money(fact)
        elif name in PERCENTS or (name == "bound" and line.kind == "accelerator"):
            words[name] = percent(fact)
        else:
            words[name] = number(fact)
    return words
