from . import component, hr_employee, point, point_rule, run, standing
