from . import disputes, files, leaderboard, plans, portal
from . import rewards
