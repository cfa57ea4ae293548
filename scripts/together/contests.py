"""A challenge settled by two at the same moment."""

from datetime import timedelta
from functools import partial

from odoo import Command, fields
from odoo.exceptions import UserError

from .cases import count, is_held, start_until


def make(scene, env):
    """A milestone of yesterday that Ann and Bob reach, with points and money."""
    yesterday = fields.Date.today() - timedelta(days=1)
    challenge = (
        env["sales.commission.challenge"]
        .sudo()
        .create(
            {
                "name": "Milestone",
                "kind": "goal",
                "goal": 0,
                "date_from": yesterday - timedelta(days=9),
                "date_to": yesterday,
                "closing_delay": 0,
                "prize_points": 10,
                "prize_amount": 5,
                "budget": 10,
                "approve_user_id": env.uid,
                "participant_ids": [
                    Command.create({"employee_id": scene.payees[name]})
                    for name in ("Ann", "Bob")
                ],
            }
        )
    )
    challenge._start()
    return challenge.id


def settle(challenge_id, how, env):
    challenge = env["sales.commission.challenge"].browse(challenge_id)
    if how == "button":
        challenge.action_close()
    else:
        challenge.sudo()._move_on()


def two_settle_one_challenge(scene):
    """The scheduler twice, then the scheduler and a button: one settles it."""
    for how in ("scheduler", "button"):
        challenge_id = scene.work("one", partial(make, scene))
        first, go_on = start_until(
            scene,
            "challenge settled",
            "one",
            partial(settle, challenge_id, "scheduler"),
        )
        second = scene.start("two", partial(settle, challenge_id, how))
        scene.wait_until("the second does not wait", second.is_done)
        go_on.set()
        first.end()
        second.end(may_fail=UserError)
        scene.work("one", partial(settle, challenge_id, "scheduler"))
        for table, condition in (
            ("challenge_result", "challenge_id = %s"),
            ("adjustment", "challenge_id = %s"),
            ("point", "kind = 'challenge' AND origin_id = %s"),
        ):
            rows = count(scene, table, condition, challenge_id)
            assert rows == 2, f"{rows} rows of {table}, by {how}"


def two_promise_the_same_points(scene):
    """A manager in two windows schedules what is allowed for one of them."""
    drafts = scene.work("one", partial(draft_promises, scene))
    first, go_on = start_until(
        scene, "promises locked", "one", partial(schedule, drafts[0])
    )
    second = scene.start("two", partial(schedule, drafts[1]))
    scene.wait_until("the second waits or is done", partial(is_held, scene, second))
    go_on.set()
    first.end()
    second.end(may_fail=UserError)
    assert isinstance(second.error, UserError), "the same points were promised twice"
    promised = count(scene, "challenge", "id = ANY(%s) AND state != 'draft'", drafts)
    assert promised == 1, f"{promised} challenges promise all that is allowed"


def draft_promises(scene, env):
    """Two challenges of Bob, who leads Ann, each for all that he may promise."""
    bob = env["hr.employee"].sudo().browse(scene.payees["Bob"])
    env["hr.employee"].sudo().browse(scene.payees["Ann"]).parent_id = bob
    bob.user_id.sudo().group_ids += env.ref("sales_commission_gamify.group_manager")
    today = fields.Date.today()
    challenges = env["sales.commission.challenge"].with_user(bob.user_id)
    return challenges.create(
        [
            {
                "name": name,
                "kind": "most",
                "date_from": today,
                "date_to": today,
                "prize_points": env.company.sales_commission_prize_allowance,
                "participant_ids": [
                    Command.create({"employee_id": scene.payees["Ann"]})
                ],
            }
            for name in ("This one", "That one")
        ]
    ).ids


def schedule(challenge_id, env):
    challenge = env["sales.commission.challenge"].browse(challenge_id)
    challenge.with_user(challenge.sudo().user_id).action_schedule()
