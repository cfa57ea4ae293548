"""A challenge settled by two at the same moment."""

from datetime import timedelta
from functools import partial

from odoo import Command, fields
from odoo.exceptions import UserError

from .cases import count, start_until


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
