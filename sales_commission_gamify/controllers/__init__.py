from . import challenges, disputes, files, leaderboard, plans, portal
from . import rewards
from . import board, digest
from . import payee, points, thanks
