from . import disputes, files, leaderboard, plans, portal
from . import disputes, files, plans, portal, rewards
