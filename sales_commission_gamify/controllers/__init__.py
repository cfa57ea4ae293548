from . import disputes, files, leaderboard, plans, portal
