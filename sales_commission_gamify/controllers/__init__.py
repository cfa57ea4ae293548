from . import board, challenges, digest, disputes, files, leaderboard
from . import payee, plans, points, portal, rewards, thanks, visit
