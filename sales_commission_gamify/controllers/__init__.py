from . import challenges, disputes, files, leaderboard, plans, portal
