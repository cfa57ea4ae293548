from . import (
    test_dashboard,
    test_design,
    test_first_light,
    test_gap,
    test_layers,
    test_ledger,
    test_my_commissions_js,
    test_payout,
    test_portal,
    test_rates,
    test_security,
    test_tours,
)
