from . import disputes, files, plans, portal, rewards
