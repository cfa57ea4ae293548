from . import challenges, disputes, files, leaderboard, plans, portal
from . import rewards
from . import board, digest
from . import payee, points, thanks
from . import board, challenges, digest, disputes, files, leaderboard
from . import payee, plans, points, portal, rewards, thanks
