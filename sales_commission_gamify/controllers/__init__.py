from . import challenges, disputes, files, leaderboard, plans, portal
from . import payee, points, rewards, thanks
from . import board
from . import visit
from . import digest
from . import board, challenges, digest, disputes, files, leaderboard
from . import payee, plans, points, portal, rewards, thanks, visit
