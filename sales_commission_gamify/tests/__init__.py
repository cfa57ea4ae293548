from . import (
    test_design,
    test_first_light,
    test_gap,
    test_layers,
    test_ledger,
    test_payout,
    test_security,
    test_tours,
)
