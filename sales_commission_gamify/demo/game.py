"""What is played beside the commissions: rules for points, thanks, badges."""

from ..models.game.point_budget import GIVING

# What the company gives away each month; what rules and thanks leave of it, Carmen
# hands out herself.
BUDGET = 55_000
HANDED_OUT = "For a hand where it was needed"
EXPIRY_MONTHS = 12

# name, what brings points, how many, and what else there is to say
RULES = (
    ("First deal of the day", "first", 10, {"among": "all"}),
    ("Biggest deal of the month", "biggest", 150, {"period": "month", "among": "all"}),
    ("Three selling days in a row", "streak", 20, {"streak_length": 3}),
    ("80 % of the quota", "attainment", 25, {"threshold": 80}),
    ("Quota reached", "attainment", 50, {"threshold": 100}),
)
ACTIVITIES = (
    ("E-mail sent", "activity_email", 2),
    ("Call made", "activity_call", 3),
    ("Appointment held", "activity_meeting", 10),
)
THANKS = (
    ("marta", "ana", 50, True,
     "Three schools in one week, and you still helped Lucía with her first."),
    ("ana", "lucia", 20, True, "Your slides won the campus deal with me."),
    ("lucia", "ana", 25, False, "Thank you for coming along to the head teacher."),
    ("pablo", "ana", 15, True, "You found the right contact in an hour."),
    ("helen", "niamh", 40, True, "Best quarter yet. Very well done."),
    ("james", "priya", 20, True, "Great demo at the fair in Leeds."),
    ("priya", "james", 15, False, "For the price list on a Friday evening."),
    ("javier", "teresa", 30, True, "The renewal that everybody had given up."),
    ("monica", "andres", 20, True, "You kept every date this month."),
    ("sophie", "monica", 20, True, "For showing me the ropes."),
    ("ana", "iker", 15, True, "You took over my calls while I was away."),
    ("ana", "sergio", 10, True, "First to answer, every single time."),
)  # fmt: skip


# In turn, three each month.
HELPERS = (
    ("ana", "niamh", "andres"),
    ("teresa", "priya", "sophie"),
    ("grace", "pablo", "monica"),
    ("james", "clara", "noelia"),
)


def play(env, timeline, staff):
    company = env.company
    company.write(
        {
            "sales_commission_point_budget": BUDGET,
            "sales_commission_point_expiry": EXPIRY_MONTHS,
            "sales_commission_thanks_channel_id": env["discuss.channel"]
            .create({"name": "thanks", "channel_type": "channel"})
            .id,
        }
    )
    _set_rules(env, timeline)
    officer = staff.users["carmen"]
    rules = env["sales.commission.point.rule"].with_user(officer)
    rules.action_judge()
    thanks = env["sales.commission.thanks"]
    payees = env["hr.employee"].search([("user_id", "!=", False)])
    by_login = {payee.user_id: payee.id for payee in payees}
    for giver, receiver, points, is_shared, message in THANKS:
        thanks.with_user(staff.users[giver]).create(
            {
                "employee_id": by_login[staff.users[receiver]],
                "points": points,
                "message": message,
                "is_shared": is_shared,
            }
        )
    env["gamification.badge"].with_user(officer).action_award_sales_commission()
    _hand_out_the_rest(env, timeline, staff)
    env["sales.commission.point.budget"]._cron_watch()


def _hand_out_the_rest(env, timeline, staff):
    """So that each month that is over has given away its budget, no more, no less."""
    points = env["sales.commission.point"]
    given = dict(
        points._read_group(
            [("kind", "in", GIVING), ("company_id", "=", env.company.id)],
            ["date:month"],
            ["points:sum"],
        )
    )
    for month in timeline.closed_months:
        rest = BUDGET - given.get(timeline.first(month), 0)
        helpers = [staff.employees[login] for login in HELPERS[month % len(HELPERS)]]
        share, odd = divmod(max(rest, 0), len(helpers))
        points._give(
            [
                {
                    "company_id": env.company.id,
                    "employee_id": helper.id,
                    "kind": "grant",
                    "date": timeline.last(month),
                    "points": share + (number < odd),
                    "reason": HANDED_OUT,
                    "document_model": "res.users",
                    "origin_id": staff.users["carmen"].id,
                }
                for number, helper in enumerate(helpers)
            ]
        )


def _set_rules(env, timeline):
    measures = env["sales.commission.measure"]
    measures._load_library()
    ready = {
        measure.library_key: measure.id
        for measure in measures.search([("library_key", "!=", False)])
    }
    invoiced = env.ref("sales_commission_gamify.measure_invoiced_amount").id
    first = timeline.first(timeline.months[0])
    env["sales.commission.point.rule"].create(
        [
            {
                "name": name,
                "trigger": trigger,
                "points": points,
                "date_from": first,
                "measure_id": trigger != "attainment" and invoiced,
                "sequence": number,
                **more,
            }
            for number, (name, trigger, points, more) in enumerate(RULES)
        ]
        + [
            {
                "name": name,
                "trigger": "credited",
                "points_per_document": points,
                "date_from": first,
                "measure_id": ready[key],
                "sequence": 50 + number,
            }
            for number, (name, key, points) in enumerate(ACTIVITIES)
        ]
    )
