"""The add-on, broken on purpose: can the stories tell?

A break replaces a few words of one method. Words that are no longer there are an
error, so that no break is taken for caught when it broke nothing.
"""

import inspect
import textwrap
from contextlib import contextmanager
from typing import NamedTuple
from unittest.mock import patch

from ...models.payout.draw_settlement import Settlement


class Break(NamedTuple):
    """``owner.method`` with *new* instead of *old*."""

    name: str
    owner: str | type  # a model's name, or a class
    method: str
    old: str
    new: str


MEASURE = "sales.commission.measure"
COMPONENT = "sales.commission.component"
EARNING = "sales.commission.earning"
STATEMENT = "sales.commission.statement"
PERIOD = "sales.commission.period"
PAYABLE = "sales.commission.payable"
PLAN = "sales.commission.plan"
MOVEMENT = "sales.commission.draw.movement"
DRAW = "sales.commission.draw"
ADJUSTMENT = "sales.commission.adjustment"

BREAKS = [
    # --- what is credited
    Break("a refund's units are units sold", MEASURE,
          "_get_invoice_parts", "'out_refund' THEN -1", "'out_refund' THEN 1"),
    Break("a payment counts on the invoice's day", MEASURE,
          "_get_parts_sql", "GREATEST(cash.date, ", "(SELECT "),
    Break("a credit note is cash", MEASURE, "_get_event_query_payment",
          "self._get_parts_sql()", "self._get_parts_sql(cash_only=False)"),
    Break("a reset invoice stays credited", "account.move", "button_draft",
          "touched._sales_commission_touch()", "pass"),
    Break("un-reconciling is overlooked", "account.partial.reconcile", "unlink",
          "paid.exists()._sales_commission_touch()", "pass"),
    Break("refunds of a changed sale are not judged", MEASURE,
          "_get_judged_ids_refunds", "found |= new", "pass"),
    Break("a refund counts in its own month always", MEASURE,
          "_get_invoice_date_sql",
          'component.refund_period == "original"', "False"),
    Break("shares are rounded one by one", COMPONENT, "_get_share_sql",
          "ELSE %s - %s END", "ELSE ROUND(%s - %s, 0) END"),
    Break("who leaves is credited on", COMPONENT, "_get_payees_sql_salesperson",
          "LEAST(COALESCE(assignment.date_to, 'infinity'), promise.sold_to)",
          "promise.sold_to"),
    Break("a hierarchy's dates are ignored", COMPONENT, "_get_above_table",
          "LEAST(above.date_to, COALESCE(edge.date_to, 'infinity'))", "above.date_to"),
    # --- what it pays
    Break("later months of a running total stay", EARNING, "_apply",
          "self._with_later_keys(", "(lambda keys, _components: keys)("),
    Break("the running total begins anew in a version", EARNING,
          "_get_before", "c.date_from >= k.since",
          "c.date_from >= k.since AND c.component_id = k.component_id"),
    Break("who looks at a component is not priced again", EARNING,
          "_apply", "self._with_dependent_keys(keys)", "keys"),
    Break("refunds lower the floor", EARNING, "_get_gross",
          "0 < (SELECT", "0 != (SELECT"),
    # --- statements
    Break("a negative total is forgotten", STATEMENT,
          "_get_open_balances", "total - paid for", "0.0 for"),
    Break("late earnings enter a month in review", PERIOD,
          "_get_in_time_sql", 'if self.state != "closing":', "if True:"),
    Break("a review forgets what a draft of another month holds", PERIOD,
          "_keep_what_is_booked", "statement.state != 'draft'", "TRUE"),
    Break("computing again refreshes what is confirmed", STATEMENT,
          "_compute_drafts", 'state == "draft"', 'state != "posted"'),
    # --- payable
    Break("a bounced payment stays payable", PAYABLE, "_prepare_change",
          "if not change:", "if change <= 0:"),
    Break("what is held back is never released", PLAN, "_get_releases",
          "passed >= self.held_days", "False"),
    Break("an order waits for no payment", MEASURE, "_get_counted_sql",
          "('account.move', 'sale.order')", "('account.move')"),
    Break("January pays what February collected", PAYABLE, "_apply",
          "period.date_to, payees", "'2027-01-01', payees"),
    Break("what a later month pays is paid earlier, too", PAYABLE,
          "_get_settled_later_sql", "later.date > %(last)s", "later.date > 'infinity'"),
    # --- draws
    Break("a draw is taken back twice", STATEMENT,
          "_prepare_draw_movements", '("recovered", -line.draw_recovered)',
          '("recovered", 0)'),
    Break("what was forgiven is still owed", MOVEMENT,
          "_get_balances", '("company_id", "=", company.id)]',
          '("company_id", "=", company.id), ("kind", "!=", "forgiven")]'),
    Break("back to draft leaves the draw booked", STATEMENT,
          "_book_draws", "reversed(held.values())", "()"),
    Break("a draft's draw is not settled again", STATEMENT,
          "_freeze_opening", "self._settle_draws()", "pass"),
    Break("a given draw is owed", STATEMENT,
          "_prepare_draw_movements", 'filtered("draw_id.recoverable")',
          'filtered("draw_id")'),
    Break("an ended draw is taken from running ones", Settlement, "settle_running",
          "- earned - amount", "- earned"),
    Break("an ended draw is taken before an old debt", STATEMENT,
          "_prepare_settlement", "total + exact(self.amount_opening)", "total"),
    Break("a draw looks at all that is earned", STATEMENT,
          "_get_earned_lines", 'line.kind == "earning"', 'line.kind != "draw"'),
    Break("recovery begins at once", DRAW, "_is_recovering",
          "self.ensure_one()", "return True"),
    Break("months are counted from the version's start", DRAW,
          "_get_starts", "min(starts.get(key, first), first)",
          "max(starts.get(key, first), first)"),
    Break("a part of a month brings a whole draw", DRAW, "_get_amount",
          'self.proration == "whole"', "True"),
    # --- adjustments
    Break("an adjustment is paid before it is approved", STATEMENT,
          "_prepare_lines", '& Domain("state", "=", "approved")', ""),
    Break("an adjustment without sales waits", STATEMENT,
          "_prepare_lines", "rows + [", "rows and rows + ["),
    # --- disputes
    Break("an answer that was approved leaves it open", ADJUSTMENT, "action_approve",
          "if dispute.state in OPEN:", "if False:"),
    Break("an open dispute of a month is not counted", PERIOD, "_compute_dispute_count",
          '("state", "in", OPEN)', '("state", "=", "new")'),
    # --- entries and bills
    Break("a bill takes any amount", STATEMENT, "_check_entry_amounts",
          "statement._get_booked_amount() != statement.amount_payable", "False"),
    Break("a credited bill stays paid", STATEMENT, "_release_entry",
          '"state": "approved", ', ""),
    Break("a deleted draft keeps its statement", STATEMENT,
          "_on_entry_deleted", "self._release_entry()", "pass"),
    Break("un-paying leaves it paid", "account.partial.reconcile", "unlink",
          "statements._sync_payment_state()", "pass"),
    Break("a negative total is asked back and carried, too", STATEMENT,
          "_compute_amount_payable", "statement.amount_closing = 0.0", "pass"),
]  # fmt: skip


@contextmanager
def broken(env, one):
    """The add-on with *one* broken."""
    owner, text = find(env, one)
    text = text.replace(one.old, one.new)
    # within a function that has a __class__, as ``super()`` wants
    body = textwrap.indent(f"{text}\nreturn {one.method}", "    ")
    scope = {}
    exec(f"def make(__class__):\n{body}", owner.__dict__[one.method].__globals__, scope)
    with patch.object(owner, one.method, scope["make"](owner)):
        yield


def find(env, one):
    """``(class, its text of the method)`` of the only one with these words."""
    model = type(env[one.owner]) if isinstance(one.owner, str) else one.owner
    found = []
    for owner in model.__mro__:
        if method := owner.__dict__.get(one.method):
            text = textwrap.dedent(inspect.getsource(method))
            found += [(owner, text)] * (one.old in text)
    if len(found) != 1:
        raise LookupError(f"{one.name}: {len(found)} methods {one.method} have it")
    return found[0]
