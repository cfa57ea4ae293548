from . import disputes, plans, portal
