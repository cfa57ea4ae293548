from . import dated, fact  # isort: skip  (the others inherit from them)
from . import (
    adjustment,
    attainment,
    comparison,
    credit,
    dismissal,
    document,
    earning,
    exception,
    facts,
    gap,
    hierarchy,
    looks,
    period,
    plan,
    quota,
    run,
)
from . import as_of  # isort: skip  (it extends the earning)
from . import crediting  # isort: skip  (it extends the credit)
from . import comparison_rebuild, comparison_sums  # isort: skip
from . import exception_actions, exception_documents, exception_words  # isort: skip
from . import opening, retry  # isort: skip  (they extend the run)
from . import reach  # isort: skip  (it narrows the run)
from . import override  # isort: skip  (a second pass of the run)
from . import history  # isort: skip  (it leaves plans of many documents to the scheduler)
from . import history_plan  # isort: skip
from . import sweep  # isort: skip  (it looks through companies of many documents in turn)
from . import collected  # isort: skip  (it teaches the measure what is paid)
from . import preview  # isort: skip  (what documents would bring)
from . import more_sales  # isort: skip  (what further sales would bring)
from . import forecast  # isort: skip  (it adds what is open)
from . import ahead  # isort: skip  (where pay changes next)
from . import brought  # isort: skip  (it shares what was earned out to documents)
from . import supposition  # isort: skip  (tables as they would be)
from . import simulation, simulation_commissions  # isort: skip  (what plans would pay)
from . import scenario, scenario_trials, scenario_result  # isort: skip
from . import scenario_warnings  # isort: skip  (what it leaves out)
