from . import plans, portal
