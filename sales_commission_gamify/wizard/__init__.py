from . import quota_spread, thanks_reversal
