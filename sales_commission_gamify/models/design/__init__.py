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
    res_company,
    weight,
)
from . import (  # isort: skip  (they extend the above)
    example,
    words,
    plan_text,
    plan_version,
    plan_difference,
    acceptance,
    plan_template,
    try_out,
)
