from . import component, point, point_rule, run
