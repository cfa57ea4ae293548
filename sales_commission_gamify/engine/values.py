"""What every other module of the engine stands on: numbers and refusals."""

from __future__ import annotations

from decimal import Decimal

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)
PERCENT = Decimal("0.01")  # multiplying is exact and faster than dividing by 100


class EngineError(ValueError):
    """A rule or figure that cannot be priced.

    ``code`` tells the caller which sentence to show, ``values`` what to put in it:
    ``EngineError("bound_twice", bound=Decimal(1000))``.
    """

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values
        offending = ", ".join(f"{name}={value}" for name, value in values.items())
        super().__init__(f"{code}: {offending}" if offending else code)


def check_number(value: object, field: str) -> Decimal:
    """*value* as a Decimal.

    A float is refused: Decimal(0.1) is 0.1000000000000000055, so a cent would
    depend on how the caller got its number.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite():
        raise EngineError("not_a_number", field=field, value=value)
    return value


def check_choice(value: str, choices: tuple[str, ...], field: str) -> None:
    if value not in choices:
        raise EngineError("unknown_choice", field=field, value=value, choices=choices)


def to_text(number: Decimal) -> str:
    """One spelling per number: 5, 5.0 and 5E+0 are all "5"."""
    if not number:
        return "0"
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
