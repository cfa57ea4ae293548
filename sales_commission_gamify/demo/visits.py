"""Who looks at the own figures: nearly everybody, a few days of each month."""

from collections import defaultdict
from random import Random

from . import people
from .story import SEED

# 29 of 31 do: 94 %
NEVER = ("hugo", "callum")
FEWEST, MOST = 3, 9


def tell(timeline):
    """``{day: [logins]}`` up to today; the same day always tells the same."""
    visits = defaultdict(list)
    for month in timeline.months:
        days = timeline.working_days(month)
        for person in people.PEOPLE:
            first, last = people.get_span(timeline, person.login)
            random = Random(f"{SEED} visits {month} {person.login}")
            chosen = random.sample(range(len(days)), random.randint(FEWEST, MOST))
            if person.login in NEVER:
                continue
            for number in chosen:
                if first <= days[number] <= min(last, timeline.today):
                    visits[days[number]].append(person.login)
    return dict(sorted(visits.items()))


def pay(env, timeline, staff):
    """The visits, as the pages note them."""
    visits = env["sales.commission.visit"]
    for number, (day, logins) in enumerate(tell(timeline).items()):
        agents = [login for login in logins if login == people.AGENT]
        others = [login for login in logins if login != people.AGENT]
        page = ("my_commissions", "leaderboard")[number % 3 == 2]
        for some, looked_at in ((agents, "portal"), (others, page)):
            payees = env["hr.employee"].concat(
                *(staff.employees[login] for login in some)
            )
            visits._note(payees, day, looked_at)
