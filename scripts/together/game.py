"""Points at the same moment."""

from functools import partial

from odoo.exceptions import UserError

from .cases import count, is_held, start_until

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


def two_redeem_the_last_piece(scene):
    """Ann in two windows, points for one; then Ann and Bob for the last piece."""
    for stock, balance, payees in ((9, 10, ("Ann", "Ann")), (1, 50, ("Ann", "Bob"))):
        reward_id = scene.work("one", offer, stock)
        for number, name in enumerate(dict.fromkeys(payees)):
            payee = scene.payees[name]
            scene.work("one", give, payee, balance, "grant", reward_id * 10 + number)
        first, go_on = start_until(
            scene, "balance locked", "one", partial(redeem, scene, reward_id, payees[0])
        )
        second = scene.start("two", partial(redeem, scene, reward_id, payees[1]))
        held = partial(is_held, scene, second)
        scene.wait_until("the second waits or is done", held)
        go_on.set()
        first.end(may_fail=UserError)
        second.end(may_fail=UserError)
        errors = [session.error for session in (first, second) if session.error]
        assert len(errors) == 1, f"{2 - len(errors)} of two redeemed: {errors}"
        taken = count(scene, "redemption", "reward_id = %s", reward_id)
        assert taken == 1, f"{taken} redemptions"
    [(lowest,)] = scene.ask(
        "SELECT MIN(total) FROM (SELECT SUM(points) AS total"
        " FROM sales_commission_point GROUP BY employee_id) balances"
    )
    assert lowest >= 0, f"somebody spent {-lowest} points too many"


def offer(env, stock):
    reward = env["sales.commission.reward"].create(
        {"name": "Coffee", "points": 10, "is_limited": True, "quantity": stock}
    )
    return reward.id


def redeem(scene, reward_id, name, env):
    payee = env["hr.employee"].sudo().browse(scene.payees[name])
    env = env(user=payee.user_id)
    reward = env["sales.commission.reward"].browse(reward_id)
    env["sales.commission.redemption"]._redeem(reward, payee.with_env(env))


def two_thank_out_of_one_allowance(scene):
    """Ann in two windows: what she gives in one she cannot give in the other."""
    first, go_on = start_until(scene, "balance locked", "one", partial(thank, scene))
    second = scene.start("two", partial(thank, scene))
    scene.wait_until("the second waits or is done", partial(is_held, scene, second))
    go_on.set()
    first.end()
    second.end(may_fail=UserError)
    assert isinstance(second.error, UserError), "the allowance was given twice"
    given = count(scene, "thanks", "giver_id = %s", scene.payees["Ann"])
    assert given == 1, f"{given} thanks of the whole allowance"


def thank(scene, env):
    """Bob gets all that Ann may give in a month."""
    payee = env["hr.employee"].sudo().browse(scene.payees["Ann"])
    env["sales.commission.thanks"].with_user(payee.user_id).create(
        {
            "employee_id": scene.payees["Bob"],
            "points": payee._get_sales_commission_allowance(),
            "message": "Together",
        }
    )
