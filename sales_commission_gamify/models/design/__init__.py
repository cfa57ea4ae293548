from . import draft_part  # isort: skip  (others inherit from it)
from . import (
    accelerator,
    assignment,
    component,
    gate,
    hierarchy,
    hierarchy_edge,
    hr_employee,
    measure,
    multiplier,
    period,
    plan,
    quota,
    rate,
    weight,
)
from . import curve, designer, try_out  # isort: skip  (they extend the above)
