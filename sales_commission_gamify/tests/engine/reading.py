"""Read the tables of the tests as people write them. Reads only, computes nothing.

Numbers: ``3,850,000``, ``150k``, ``1.5M``. A rate table, each step from its bound on:

    0: 5% | 10k: 8%                  a percentage of the amount
    0: 10 each | 100: 12 each        per unit
    0: 0 | 1,000: 250                a fixed amount
    0: 0% of target | 100: 50% of target
    50: 10% whole | 100: 20% excess  a step that differs from its table
"""

from decimal import Decimal

import pytest
from engine import ComponentTerms, RateTable, Step

CENT = Decimal("0.01")
MULTIPLES = {"k": 1_000, "M": 1_000_000}
APPLICATIONS = {"whole": "retroactive", "excess": "marginal"}
TABLE_OPTIONS = ("application", "edge", "lookup", "between")


def number(text):
    text = text.strip().replace(",", "")
    if text[-1] in MULTIPLES:
        return Decimal(text[:-1]) * MULTIPLES[text[-1]]
    return Decimal(text)


def numbers(text):
    return tuple(number(word) for word in text.split())


def step(text):
    bound, _, pays = text.strip().partition(":")
    application = None
    for word, name in APPLICATIONS.items():
        if pays.endswith(word):
            application, pays = name, pays.removesuffix(word)
    pays = pays.strip()
    for ending, kind in (
        ("% of target", "target_percent"),
        ("each", "per_unit"),
        ("%", "percent"),
        ("", "fixed"),
    ):
        if pays.endswith(ending):
            value = number(pays.removesuffix(ending))
            return Step(number(bound), kind, value, application)


def terms(steps, rounding=CENT, **options):
    table = {name: options.pop(name) for name in TABLE_OPTIONS if name in options}
    rates = RateTable(tuple(step(text) for text in steps.split("|")), **table)
    return ComponentTerms(rates=rates, rounding=rounding, **options)


def table(columns, rows):
    """Run a test on each row, under the row's name."""
    return pytest.mark.parametrize(columns.split(), rows.values(), ids=rows.keys())
