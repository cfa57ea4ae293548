from . import files, plans, portal
