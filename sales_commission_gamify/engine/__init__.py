"""Arithmetic of commissions and of the game.

No Odoo, no clock, no files: figures in, figures out, exact to the cent. The ledger,
the simulator and the estimator on a quotation all call ``price``.
"""

from .modifiers import (
    Accelerator,
    Gate,
    Multiplier,
    compute_attainment,
    compute_blended_rate,
)
from .money import allocate, round_to
from .pricing import ComponentTerms, PeriodFacts, Priced, price
from .rates import RateTable, Step
from .trace import Trace, TraceLine
from .values import EngineError
from .words import in_words, say_lines

__all__ = [
    "Accelerator",
    "ComponentTerms",
    "EngineError",
    "Gate",
    "Multiplier",
    "PeriodFacts",
    "Priced",
    "RateTable",
    "Step",
    "Trace",
    "TraceLine",
    "allocate",
    "compute_attainment",
    "compute_blended_rate",
    "in_words",
    "price",
    "round_to",
    "say_lines",
]
