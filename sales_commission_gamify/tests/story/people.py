from datetime import date, timedelta

from odoo.fields import Command


class People:
    """Who takes part, who leads whom, what is to be reached and what is promised."""

    LIKELY = {
        "achieve": 6,
        "aim": 4,
        "move": 2,
        "join": 2,
        "leave": 2,
        "change_team": 1,
        "version": 1,
        "archive": 1,
        "own_compute": 1,
    }

    def _versions(self):
        return self.plan._get_versions()

    def _do_achieve(self, step, chance):
        row = self._any(step, self.achievements)
        what = chance.choice(("new", "new", "change", "delete"))
        if not row or what == "new":
            payee, day = chance.choice(self._sellers()), self._day(chance)
            row = self.achievements.create(
                {
                    "measure_id": self.trainings.id,
                    "employee_id": payee.id,
                    "date": day,
                }
            )
            self._note("achievements", row, step)
            return f"{payee.name} achieves a training on {day}"
        said = f"{row.employee_id.name}'s training on {row.date}"
        if what == "change":
            row.value = chance.choice((0.5, 1, 3))
            return f"{said} now counts {row.value}"
        self.achievements -= row
        row.unlink()
        return f"{said} is deleted"

    def _do_aim(self, step, chance):
        quota = self._any(step, self.quotas)
        what = chance.choice(("new", "new", "change", "delete"))
        if not quota or what == "new":
            return self._aim(step, chance)
        said = f"The target of {quota.date_from:%B} for {self._whose(quota)}"
        if what == "change":
            quota.amount = chance.randrange(1_000, 6_000)
            return f"{said} is now {quota.amount:.0f}"
        self.quotas -= quota
        quota.unlink()
        return f"{said} is deleted"

    def _whose(self, quota):
        return quota.employee_id.name or quota.team_id.name or "everybody"

    def _aim(self, step, chance):
        versions = self._versions()
        version = versions[chance.randrange(len(versions))]
        component = version.component_ids.filtered(lambda c: c.name == "Gated")
        first = self._day(chance, version.date_from, 60).replace(day=1)
        whose = chance.choice(
            (
                {"employee_id": self.ann.id},
                {"employee_id": self.bob.id},
                {"team_id": self.north.id},
                {},
            )
        )
        quota = self._quota(component, chance.randrange(1_000, 6_000), first, **whose)
        self._note("quotas", quota, step)
        said = f"The target of {first:%B} for {self._whose(quota)}"
        return f"{said} is {quota.amount:.0f}"

    def _do_move(self, step, chance):
        """Somebody was, or from some day on is, led by somebody else."""
        edge = self._any(
            step,
            self.tree.edge_ids,
            lambda e: e.employee_id in self.ann + self.bob + self.joe and not e.date_to,
        )
        other = self.zoe if edge.manager_id == self.max else self.max
        said = f"{edge.employee_id.name} is led by {other.name}"
        if chance.random() < 0.5:
            edge.manager_id = other
            return f"{said}, since ever"
        day = self._day(chance, edge.date_from or self.FIRST_DAY, 60)
        day += timedelta(days=1)
        edge.date_to = day - timedelta(days=1)
        new = {
            "employee_id": edge.employee_id.id,
            "manager_id": other.id,
            "date_from": day,
        }
        self.tree.edge_ids = [Command.create(new)]
        return f"{said} from {day} on"

    def _rows(self, payees):
        return self._versions()[-1].assignment_ids.filtered(
            lambda row: row.employee_id in payees
        )

    def _do_join(self, step, chance):
        """Joe joins, or one who left takes part again."""
        plan = self._versions()[-1]
        if not self._rows(self.joe):
            day = self._day(chance, plan.date_from, 60)
            new = {"employee_id": self.joe.id, "date_from": day}
            plan.assignment_ids = [Command.create(new)]
            return f"Joe joins on {day}"
        row = self._any(step, self._rows(self.joe + self.max), lambda r: r.date_to)
        if not row:
            return None
        row.date_to = False
        return f"{row.employee_id.name} takes part without end"

    def _do_leave(self, step, chance):
        row = self._any(step, self._rows(self.joe + self.max))
        if not row:
            return None
        row.date_to = self._day(chance, row.date_from, 90)
        return f"{row.employee_id.name} leaves on {row.date_to}"

    def _do_change_team(self, step, chance):
        """The team of a participation is corrected."""
        row = self._any(step, self._rows(self.ann + self.bob))
        if not row:
            return None
        row.team_id = self.south if row.team_id == self.north else self.north
        return f"{row.employee_id.name} is in team {row.team_id.name}"

    def _do_version(self, step, chance):
        if len(self._versions()) > 1:
            return None
        version = self.plan._create_version(date(2026, 4, 1))
        levels = version.component_ids.filtered(lambda c: c.name == "Levels")
        levels.rate_ids.sorted(lambda r: (r.level, r.bound))[0].percent = 6
        version.action_publish()
        return "A new version of the plan pays 6 % from 2026-04-01 on"

    def _do_archive(self, step, chance):
        """A payee leaves the company, or comes back."""
        payee = self._any(step, self.bob + self.joe).sudo()
        if payee.active:
            payee.action_archive()
            return f"{payee.name} is archived"
        payee.action_unarchive()
        return f"{payee.name} is back"

    def _do_own_compute(self, step, chance):
        self._versions().action_compute()
        return "The plan is computed by hand"
