"""What the sales people compete for: a milestone that is over, a race under way, and a
league in its second season."""

from datetime import timedelta

from odoo.fields import Command

PRIZE = 100


def play(env, timeline, staff):
    """By the sales director, over what the story has sold."""
    director = staff.users["carmen"]
    model = env["sales.commission.challenge"]
    payees = model.with_user(director)._get_template_people()
    team = payees.filtered(
        lambda payee: payee.id in staff.employees["marta"].sudo().child_ids.ids
    )
    before = timeline.first(-1), timeline.last(-1)
    common = {"user_id": director.id, "company_id": env.company.id}
    milestone = _create(
        model,
        payees,
        {
            **common,
            "name": env._("Milestone of last month"),
            "description": env._("Everybody who reached the goal has won."),
            "kind": "milestone",
            "goal": 15_000,
            "prize_points": PRIZE,
            "prize_badge_id": env.ref("gamification.badge_good_job").id,
        },
        before,
    )
    league = _create(
        model,
        payees,
        {
            **common,
            "name": env._("League"),
            "description": env._(
                "Groups of those who sell about as much. The first go up, the last "
                "go down each month."
            ),
            "kind": "league",
            "repeat": "month",
            "prize_points": PRIZE,
        },
        before,
    )
    for challenge in (milestone, league):
        challenge._start()
        challenge._close()
    _start_others(env, timeline, staff, payees, team or payees, common)


def _start_others(env, timeline, staff, payees, team, common):
    model = env["sales.commission.challenge"]
    race = _create(
        model,
        team,
        {
            **common,
            "user_id": staff.users["marta"].id,
            "name": env._("Race to 20,000"),
            "description": env._("Who reaches 20,000 first wins."),
            "kind": "race",
            "goal": 20_000,
            "prize_points": 2 * PRIZE,
        },
        (timeline.first(0), timeline.last(0)),
    )
    race._start()
    duel = _create(
        model,
        payees[:4],
        {
            **common,
            "name": env._("Duel of the coming week"),
            "kind": "duel",
            "metric": "deals",
            "join_mode": "invited",
            "prize_points": PRIZE,
        },
        (timeline.today + timedelta(days=3), timeline.today + timedelta(days=9)),
    )
    duel.participant_ids.state = "invited"
    duel.state = "scheduled"


def _create(model, payees, values, days):
    first, last = days
    return model.create(
        {
            **values,
            "date_from": first,
            "date_to": last,
            "participant_ids": [
                Command.create({"employee_id": payee.id}) for payee in payees
            ],
        }
    )
