from . import quota_spread
