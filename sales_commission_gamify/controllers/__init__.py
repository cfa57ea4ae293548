from . import board, disputes, files, plans, portal, rewards
from . import disputes, files, leaderboard, plans, portal
from . import rewards
