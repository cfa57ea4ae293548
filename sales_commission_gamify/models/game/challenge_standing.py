from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL, format_date

from ...engine import bands, challenges
from ...engine.challenges import Entrant, Rules
from ..design.exact import exact
from ..design.words import say_number, say_percent
from .challenge_matches import WITH_MATCHES

EVER = date(9999, 12, 31)


class SalesCommissionChallenge(models.Model):
    """How a challenge stands: the ledger's days, and the engine's arithmetic."""

    _inherit = "sales.commission.challenge"

    # --- reading --------------------------------------------------------------------

    def _compute_rankings(self, is_over=False):
        """``{challenge: [engine standing]}``; the key of each is the participant.

        The number of queries grows neither with challenges nor with participants.
        """
        entrants = self._get_entrants()
        return {
            challenge: challenges.compute_standings(
                challenge._get_rules(is_over or challenge.state == "finished"),
                entrants[challenge],
            )
            for challenge in self
        }

    def _get_rules(self, is_over):
        return Rules(
            self.kind,
            self.date_from,
            self.date_to,
            self._get_today(),
            goal=exact(self.goal),
            winners=self.winner_count,
            round_days=self.round_days,
            leaving=self.leaving,
            moving=self.moving,
            tickets=exact(self.tickets),
            by_head=self.by_head,
            seed=self.seed or "",
            is_over=is_over,
            lowest_day=exact(self.lowest_day),
        )

    def _get_entrants(self):
        """``{challenge: [Entrant]}`` of those who take part, or did until they left."""
        people = self._get_people()
        days = defaultdict(dict)
        for challenge_id, employee_id, day, amount in self._read_days():
            days[challenge_id, employee_id][day] = amount
        off = self._get_days_off(people)
        result = {challenge: [] for challenge in self}
        for row in people:
            challenge = row.challenge_id
            result[challenge].append(
                Entrant(
                    row.id,
                    days[challenge.id, row.employee_id.id],
                    row.date_from or challenge.date_from,
                    row.date_to or EVER,
                    has_left=row.state == "left",
                    target=exact(row.target) if row.target else None,
                    team=row.group_number
                    if challenge.kind == "league"
                    else row.team_id.id or 0,
                    number=row.number,
                    off=off.get((challenge, row.employee_id), frozenset()),
                )
            )
        return result

    def _get_people(self):
        # sudo: standings are of all participants; what is shown is picked afterwards
        rows = self.env["sales.commission.challenge.participant"].sudo()
        found = rows.search(
            [("challenge_id", "in", self.ids), ("state", "!=", "invited")]
        )
        # who left before it started never took part
        return found.filtered(lambda row: row.state == "joined" or row.date_to)

    def _read_days(self):
        standing = self.env["sales.commission.standing"]
        self.env["sales.commission.challenge.participant"].flush_model()
        counted, asked = {}, []
        for challenge in self.sudo():
            key = (
                challenge.company_id,
                challenge.metric,
                challenge.measure_id,
                challenge.component_id,
            )
            if key not in counted:
                counted[key] = standing._get_counted(
                    challenge.metric,
                    None,
                    None,
                    company=challenge.company_id,
                    **challenge._get_counted_options(),
                )
            asked.append(
                (
                    challenge.id,
                    counted[key]._replace(
                        first=challenge.date_from,
                        last=challenge.date_to,
                        is_net=challenge.kind == "streak",
                    ),
                    SQL(
                        """SELECT employee_id
                             FROM sales_commission_challenge_participant
                            WHERE challenge_id = %s AND state != 'invited'""",
                        challenge.id,
                    ),
                )
            )
        return standing._get_day_rows(asked)

    def _get_counted_options(self):
        is_measure = self.metric == "measure"
        return {
            "measure": is_measure and self.measure_id,
            "component": is_measure and self.component_id,
        }

    def _get_days_off(self, people):
        """``{(challenge, payee): days off}``, for streaks."""
        streaks = self.filtered(lambda one: one.kind == "streak")
        if not streaks:
            return {}
        rows = people.filtered(lambda row: row.challenge_id in streaks)
        first = min(streaks.mapped("date_from"))
        is_off = rows.employee_id._get_sales_commission_days_off(first)
        return {
            (row.challenge_id, row.employee_id): frozenset(
                day
                for day in row.challenge_id._get_all_days()
                if is_off[row.employee_id.id](day)
            )
            for row in rows
        }

    def _get_all_days(self):
        count = (self.date_to - self.date_from).days + 1
        return [self.date_from + timedelta(days=number) for number in range(count)]

    # --- showing --------------------------------------------------------------------

    @api.readonly
    def get_standings(self):
        """What the user may see of it, in one call: named figures and texts.

        :return: ``rows`` (place, name, text, note, is_own, won), ``teams``,
            ``matches``, ``own`` (or None), ``count``, ``is_over``, ``seed``
        """
        self.ensure_one()
        self.check_access("read")
        people, own, seen, look = self._look_at(self._get_shown_ranking())
        return look | {"matches": self._say_matches(people, own, seen)}

    def _look_at(self, ranking):
        """What the user may see of *ranking*.

        :return: ``(participants by key, keys of the user, keys he may see, named
            figures and texts)``
        """
        people = {row.id: row for row in self._get_all_people()}
        ranking = self._sort_by_group(
            [row for row in ranking if row.key in people], people
        )
        own = {key for key, row in people.items() if self._is_own(row)}
        seen = self._get_seen_keys(people, own)
        visible = [
            row
            for row in ranking
            if row.key in seen and self._is_rival(row, own, people)
        ]
        shown = self._pick(visible, own, people)
        best = max((row.score for row in visible), default=Decimal(0))
        look = {
            "status": "ready" if visible else "empty",
            "state": self.state,
            "kind": self.kind,
            "time": self.time_text,
            "count": self._count_rivals(ranking, own, people),
            "seed": self.seed or False,
            "own": self._say_own(
                [
                    row
                    for row in ranking
                    if row.key in seen and self._is_beside(row, own, people)
                ],
                own,
            ),
            "rows": [self._say_row(row, people[row.key], own, best) for row in shown],
            "teams": self._say_teams(ranking, people) if self._is_shown() else [],
        }
        return people, own, seen, look

    def _get_shown_ranking(self):
        """Of a finished challenge what it came to, whatever happened since."""
        if self.state != "finished":
            return self._compute_rankings()[self]
        # sudo: what is shown of them is picked afterwards
        results = self.sudo().result_ids
        keys = {row.employee_id: row.id for row in self._get_all_people()}
        has_progress = self.goal or self.kind in ("target", "lottery")
        rows = [
            challenges.Standing(
                keys.get(result.employee_id, 0),
                result.place or None,
                Decimal(str(result.score)),
                result.won,
                result.reached or None,
                Decimal(str(result.progress)) if has_progress else None,
                state=result.state or "",
            )
            for result in results
        ]
        return sorted(
            rows, key=lambda row: (row.place is None, row.place or 0, row.key)
        )

    def _sort_by_group(self, ranking, people):
        if self.kind != "league":
            return ranking
        return sorted(ranking, key=lambda row: people[row.key].group_number)

    def _is_rival(self, row, own, people):
        """Of a league a payee sees the own group: there he is one among his like."""
        if self.kind != "league" or self._runs_it():
            return True
        return self._is_beside(row, own, people)

    def _is_beside(self, row, own, people):
        """Whether the own place is one of those to which this one belongs, too."""
        groups = {people[key].group_number for key in own}
        return (
            self.kind != "league"
            or not groups
            or people[row.key].group_number in groups
        )

    def _count_rivals(self, ranking, own, people):
        return sum(self._is_beside(row, own, people) for row in ranking)

    def _get_all_people(self):
        # sudo: see _get_people
        return self.sudo().participant_ids

    def _is_own(self, row):
        return row.employee_id._is_sales_commission_user(self.env.user)

    def _is_lead(self):
        """Who runs it, and officers, see everybody whom the ledger shows them."""
        user = self.env.user
        return self.env.su or user.has_group("sales_commission_gamify.group_officer")

    def _runs_it(self):
        return self._is_lead() or self.user_id == self.env.user

    def _is_shown(self):
        """Whether the user is told more than what the ledger shows him of others."""
        return self._runs_it() or self.visibility != "managers"

    def _get_seen_keys(self, people, own):
        """Who is not shown in rankings is seen by himself, his managers, officers."""
        if self._is_lead():
            return set(people)
        below = self._get_below()
        return {
            key
            for key, row in people.items()
            if key in own
            or row.employee_id.id in below
            or not row.employee_id.sales_commission_is_hidden
        }

    def _get_below(self):
        if not self.env.user.has_group("sales_commission_gamify.group_manager"):
            return set()
        return self.env["sales.commission.challenge.participant"]._get_below()

    def _pick(self, visible, own, people):
        if self._runs_it():
            return visible
        if self._is_hidden_reader(people, own):
            return [row for row in visible if row.key in own]
        if self.visibility == "everybody":
            return visible
        below = self._get_below()
        shown = {
            at
            for at, row in enumerate(visible)
            if people[row.key].employee_id.id in below and row.key not in own
        }
        if self.visibility == "own":
            for at, row in enumerate(visible):
                if row.key in own:
                    shown.update(bands.pick_neighbours(at, len(visible)))
        return [visible[at] for at in sorted(shown)]

    def _is_hidden_reader(self, people, own):
        return any(people[key].employee_id.sales_commission_is_hidden for key in own)

    def _say_row(self, row, person, own, best):
        return {
            "key": row.key,
            "place": row.place,
            "name": person.employee_id.name,
            "text": self._say_score(row.score),
            "note": self._say_note(row, person),
            "width": self._get_width(row, best),
            "is_own": row.key in own,
            "is_hidden": person.employee_id.sales_commission_is_hidden,
            "won": row.won if self.state == "finished" else self._leads(row),
            "state": row.state or "",
        }

    def _leads(self, row):
        """Whoever would win if it were over now; of a lottery nobody can be told."""
        return row.won and self.kind != "lottery"

    def _get_width(self, row, best):
        if self.kind != "goal" and row.progress is not None:
            return float(min(row.progress, 100))
        return float(100 * max(row.score, 0) / best) if best > 0 else 0.0

    def _say_note(self, row, person):
        if row.state == "left":
            return self.env._("left")
        if self.kind == "lottery":
            return self.env._(
                "%s chance", say_percent(self.env, round(row.progress, 1))
            )
        if self.kind == "race" and row.reached:
            return self.env._("reached on %s", format_date(self.env, row.reached))
        if self.kind == "league":
            moves = {"up": self.env._("going up"), "down": self.env._("going down")}
            group = self.env._("group %s", person.group_number)
            return ", ".join(filter(None, [group, moves.get(row.state)]))
        if self.kind == "target":
            return (
                self.env._("no target")
                if row.place is None
                else self.env._("of %s", self._say_amount(person.target))
            )
        if self.kind == "teams":
            return person.team_id.name or ""
        states = {"in": self.env._("still in"), "out": self.env._("out")}
        return states.get(row.state, "")

    def _say_own(self, ranking, own):
        """A place with the way to the next better one."""
        row = next((row for row in ranking if row.key in own), None)
        if row is None or self.visibility == "managers":
            return None
        ahead = [
            other.score
            for other in ranking
            if row.place and other.place and other.place < row.place
        ]
        plain = self.kind in (
            "most",
            "target",
            "streak",
            "lottery",
            "milestone",
            "league",
        )
        missing = min(ahead) - row.score if ahead and plain else None
        left = exact(self.goal) - row.score if self.kind in ("milestone", "race") else 0
        return {
            "place": row.place,
            "text": self._say_score(row.score),
            "to_next": missing and self._say_score(missing),
            "to_goal": left > 0 and self._say_score(left),
            "won": row.won and self.state == "finished",
            "leads": self._leads(row) and self.state == "running",
        }

    def _say_teams(self, ranking, people):
        """Teams against each other; one bar for the goal of all together."""
        if self.kind == "goal":
            whole = sum((row.score for row in ranking), Decimal(0))
            goal = exact(self.goal)
            return [
                {
                    "key": 0,
                    "place": 1,
                    "name": self.env._("All together"),
                    "text": self.env._(
                        "%(score)s of %(goal)s",
                        score=self._say_score(whole),
                        goal=self._say_score(goal),
                    ),
                    "width": float(min(challenges.progress(whole, goal) or 0, 100)),
                }
            ]
        if self.kind != "teams":
            return []
        scores = defaultdict(list)
        for row in ranking:
            scores[people[row.key].team_id].append(row.score)
        sums = {
            team: sum(rows) / (len(rows) if self.by_head else 1)
            for team, rows in scores.items()
        }
        places = challenges.rank(list(sums.values()))
        best = max(sums.values(), default=Decimal(0))
        rows = [
            {
                "key": team.id,
                "place": place,
                "name": team.name,
                "text": self._say_score(score),
                "width": float(100 * max(score, 0) / best) if best > 0 else 0.0,
            }
            for place, (team, score) in zip(places, sums.items(), strict=True)
        ]
        return sorted(rows, key=lambda row: (row["place"], row["name"]))

    def _say_matches(self, people, own, seen):
        """The bracket by rounds, the pairs of a duel: all of it, or the own matches.
        Who is not shown in rankings has no name in it, and whoever chose that reads no
        other name."""
        if self.kind not in WITH_MATCHES or not self._is_shown():
            return []
        matches = self._get_matches()
        if not self._runs_it() and self._is_hidden_reader(people, own):
            seen = own
        is_whole = self._runs_it() or (self.visibility == "everybody" and seen != own)

        def say(key):
            if key is None:
                return self.env._("nobody")
            if key not in seen:
                return self.env._("A colleague")
            return people[key].employee_id.name

        return [
            {
                "round": match.number,
                "first": say(match.first),
                "second": say(match.second),
                "first_won": match.winner == match.first,
                "second_won": match.winner is not None and match.winner == match.second,
                "first_text": match.second and self._say_score(match.scores[0]),
                "second_text": match.second and self._say_score(match.scores[1]),
            }
            for match in matches
            if {match.first, match.second} - {None} <= people.keys()
            and (match.winner is None or match.second is not None)
            and (is_whole or own & {match.first, match.second})
        ]

    def _say_score(self, score):
        """In what the kind ranks by."""
        if self.kind == "target":
            return say_percent(self.env, round(score, 1))
        if self.kind == "streak":
            days = int(score)
            return self.env._("1 day") if days == 1 else self.env._("%s days", days)
        if self.kind == "lottery":
            return self.env._("%s tickets", say_number(self.env, score))
        return self._say_amount(score)

    def _say_amount(self, amount):
        number = float(amount)
        if self.metric == "points":
            name = self.sudo().company_id.sales_commission_point_name
            return f"{say_number(self.env, number)} {name}"
        if self.metric == "deals":
            return say_number(self.env, number)
        # sudo: payees read neither measures nor other plans' components
        counted = self.sudo().component_id or self.sudo().measure_id
        if self.metric == "measure" and counted.unit != "money":
            return say_number(self.env, number)
        return self.sudo().company_id.currency_id.format(number)
