# The rooms, in the order in which they may know each other.
from . import design, source, ledger, payout, game  # isort: skip
