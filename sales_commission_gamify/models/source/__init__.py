from . import document  # isort: skip  (the others inherit from it)
from . import (
    account_move,
    account_partial_reconcile,
    account_payment,
    achievement,
    component,
    component_levels,
    measure,
    sale_order,
    split,
    split_document,
)
from . import (  # isort: skip  (each teaches the measure one kind of source)
    achievement_measure,
    cost_measure,
    documents_measure,
    invoice_measure,
    library_measure,
    order_measure,
    payment_measure,
    record_measure,
    pos_measure,
    preview_measure,
    written_measure,
)
from . import order_what_if  # isort: skip  (orders before they count)
