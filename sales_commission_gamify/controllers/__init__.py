from . import challenges, disputes, files, leaderboard, plans, portal
from . import rewards
from . import board
from . import visit
