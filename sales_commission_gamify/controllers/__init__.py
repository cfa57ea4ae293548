from . import board, disputes, files, plans, portal, rewards
from . import leaderboard
