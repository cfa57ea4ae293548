"""Fed to Odoo's shell on a filled database: are its documents what Odoo makes? What
each question came to is written to a file, an empty text when all was right."""

import json
import os
from pathlib import Path

from odoo.tools import SQL

# What a copy has of its own.
OWN = {"id", "move_id", "create_uid", "create_date", "write_uid", "write_date"}
NAMED = {"name", "move_name", "payment_reference", "sequence_number", "ref"}
# Odoo's own copying says that nobody typed the taxes.
TYPED = {"is_manually_modified"}


def find(**equals):
    domain = [(name, "=", value) for name, value in equals.items()]
    moves = env["account.move"].search(domain, order="id desc", limit=1)  # noqa: F821
    assert moves, equals
    return moves


def read(move, without):
    """All columns of a move and its lines; empty and nothing are one."""
    env.flush_all()  # noqa: F821
    rows = []
    for record in (move, *move.line_ids.sorted("id")):
        env.cr.execute(  # noqa: F821
            SQL(
                "SELECT * FROM %s WHERE id = %s",
                SQL.identifier(record._table),
                record.id,
            )
        )
        [row] = env.cr.dictfetchall()  # noqa: F821
        rows.append({key: row[key] or None for key in row.keys() - without})
    return rows


def differ(before, after):
    if len(before) != len(after):
        return [f"{len(before)} rows, {len(after)} rows"]
    return [
        f"{key}: {old[key]} is {new[key]}"
        for old, new in zip(before, after, strict=True)
        for key in old
        if old[key] != new[key]
    ]


def made_by_odoo():
    """Odoo makes a copy of each kind, taxes, receivable line and all."""
    for move in (
        find(move_type="out_invoice", payment_state="not_paid"),
        find(move_type="out_refund"),
    ):
        kept = {
            name: move[name] for name in ("invoice_date", "date", "invoice_date_due")
        }
        kept |= {
            name: move[name].id for name in ("reversed_entry_id", "invoice_user_id")
        }
        copy = move.copy(kept)
        before = read(move, OWN | NAMED | TYPED)
        copy.action_post()
        # a credit note is reconciled with its sale at once
        copy.line_ids.remove_move_reconcile()
        yield from differ(before, read(copy, OWN | NAMED | TYPED))


def posted_again():
    """Reset and posted again it is what it was."""
    move = find(move_type="out_invoice", payment_state="not_paid")
    before = read(move, {"write_date", "write_uid"})
    move.button_draft()
    move.action_post()
    yield from differ(before, read(move, {"write_date", "write_uid"}))


def computed_anew():
    """What Odoo derives from the lines and the payments is what stands there."""
    for state in ("not_paid", "partial"):
        move = find(move_type="out_invoice", payment_state=state)
        before = read(move, {"write_date", "write_uid"})
        for records in (move, move.line_ids):
            for field in records._fields.values():
                if field.store and field.compute and field.name in COMPUTED:
                    env.add_to_compute(field, records)  # noqa: F821
        yield from differ(before, read(move, {"write_date", "write_uid"}))


COMPUTED = {
    "amount_untaxed",
    "amount_tax",
    "amount_total",
    "amount_residual",
    "amount_residual_signed",
    "amount_untaxed_signed",
    "amount_tax_signed",
    "amount_total_signed",
    "payment_state",
    "commercial_partner_id",
    "invoice_partner_display_name",
    "price_subtotal",
    "price_total",
    "debit",
    "credit",
    "amount_residual_currency",
    "reconciled",
}


def taken_back():
    """A credit note by Odoo's wizard comes to the same amount."""
    move = find(move_type="out_invoice", payment_state="not_paid")
    wizard = (
        env["account.move.reversal"]  # noqa: F821
        .with_context(active_model="account.move", active_ids=move.ids)
        .create({"journal_id": move.journal_id.id})
    )
    refund = env["account.move"].browse(wizard.refund_moves()["res_id"])  # noqa: F821
    refund.action_post()
    if refund.amount_total != move.amount_total or move.amount_residual:
        yield f"{refund.amount_total} of {move.amount_total} is taken back"


def balanced():
    """Every entry comes to nothing, and owes what its lines say."""
    env.cr.execute(  # noqa: F821
        """
        SELECT move.name FROM account_move move
          JOIN account_move_line line ON line.move_id = move.id
         GROUP BY move.id
        HAVING SUM(line.balance) != 0
            OR (move.move_type != 'entry' AND SUM(line.amount_residual)
                                              != move.amount_residual_signed)
        """
    )
    for (name,) in env.cr.fetchall():  # noqa: F821
        yield f"{name} is not balanced"


def opened():
    """Its form can be read."""
    move = find(move_type="out_invoice")
    values = move.web_read(
        {"name": {}, "tax_totals": {}, "invoice_line_ids": {"fields": {"name": {}}}}
    )
    total = values[0]["tax_totals"]["total_amount_currency"]
    if total != move.amount_total:
        yield f"the form says {total} instead of {move.amount_total}"


results = {}
for question in (
    made_by_odoo,
    posted_again,
    computed_anew,
    taken_back,
    balanced,
    opened,
):
    try:
        results[question.__name__] = "\n".join(question())
    except Exception as error:  # the others are worth knowing, too
        results[question.__name__] = f"{type(error).__name__}: {error}"
    env.cr.rollback()  # noqa: F821
    env.invalidate_all()  # noqa: F821
Path(os.environ["SCG_RESULTS"]).write_text(json.dumps(results), encoding="utf-8")
