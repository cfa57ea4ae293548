from . import (
    assignment,
    component,
    measure,
    period,
    plan,
    rate,
)
