from . import draft_part  # isort: skip  (others inherit from it)
from . import (
    accelerator,
    assignment,
    component,
    crm_team,
    gate,
    hierarchy,
    hierarchy_edge,
    hr_employee,
    measure,
    multiplier,
    override,
    period,
    plan,
    quota,
    rate,
    source,
    target,
    terms,
    weight,
)
from . import (  # isort: skip  (they extend the above)
    curve,
    designer,
    example,
    try_out,
    words,
)
