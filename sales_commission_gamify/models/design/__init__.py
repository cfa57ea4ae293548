from . import (
    assignment,
    component,
    hr_employee,
    measure,
    period,
    plan,
    rate,
)
