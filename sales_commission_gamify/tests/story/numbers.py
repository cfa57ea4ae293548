"""Exact numbers, and the one rounding that plans promise."""

from fractions import Fraction
from math import floor


def exact(number):
    """A stored number as it was meant: floats carry no more than nine places here."""
    return Fraction(str(round(number or 0, 9)))


def cents(number):
    """Halves away from zero, so that taking back gives what was given."""
    size = Fraction(floor(abs(number) * 100 + Fraction(1, 2)), 100)
    return size if number >= 0 else -size


def total(numbers):
    return sum(numbers, Fraction(0))
