from . import board, disputes, files, plans, portal, rewards
