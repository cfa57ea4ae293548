"""Points at the same moment."""

from odoo.exceptions import UserError

from .cases import start_until

DAY = "2026-01-20"


def give(env, employee_id, points, kind, cause):
    env["sales.commission.point"]._give(
        [
            {
                "company_id": env.company.id,
                "employee_id": employee_id,
                "kind": kind,
                "date": DAY,
                "points": points,
                "reason": "Together",
                "document_model": "res.partner",
                "origin_id": cause,
            }
        ]
    )


def spend(env, employee_id, points, cause):
    """As every shop does."""
    ledger = env["sales.commission.point"]
    payee = env["hr.employee"].sudo().browse(employee_id)
    ledger._lock_balances(payee)
    if ledger._get_balances(payee)[payee] < points:
        raise UserError("Not enough points")
    give(env, employee_id, -points, "reward", cause)


def two_spend_the_same_points(scene):
    """Both see enough for one; one gets it, and no invoice waits for them."""
    ann = scene.payees["Ann"]
    [(balance,)] = scene.ask(
        "SELECT COALESCE(SUM(points), 0) FROM sales_commission_point"
        " WHERE employee_id = %s",
        ann,
    )
    scene.work("one", give, ann, 10 - balance, "grant", 1)
    first, go_on = start_until(
        scene, "balance locked", "one", lambda env: spend(env, ann, 10, 2)
    )
    second = scene.start("two", spend, ann, 10, 3)
    scene.wait_until_blocked()
    move_id = scene.invoice(100)
    posting = scene.start(
        "one",
        lambda env: env["account.move"].browse(move_id).action_post(),
        name="posting",
    )
    scene.wait_until("the invoice is posted", posting.is_done)
    posting.end()
    go_on.set()
    first.end()
    second.end(may_fail=UserError)
    assert isinstance(second.error, UserError), "the same points were spent twice"
    [(left,)] = scene.ask(
        "SELECT SUM(points) FROM sales_commission_point WHERE employee_id = %s", ann
    )
    assert left == 0, f"{left} points are left"
