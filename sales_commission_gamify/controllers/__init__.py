from . import board, challenges, digest, disputes, files, leaderboard
from . import payee, plans, points, portal, rewards, statements, thanks, visit
