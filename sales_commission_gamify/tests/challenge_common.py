from contextlib import contextmanager

from odoo import fields
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user

from .common import CommissionCase

FIRST, LAST = "2026-03-02", "2026-03-15"  # Monday to Sunday


class ChallengeCase(CommissionCase):
    """Ann, Bob, Cem and Dot sell; Max leads Ann and Cem and runs challenges, Olga is
    an officer, Gil an agent with portal access: he is Dot."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cem = cls._create_payee(
            "Cem", groups="sales_team.group_sale_salesman", parent_id=cls.max.id
        )
        cls.dot = cls._create_payee("Dot", groups="sales_team.group_sale_salesman")
        cls.gil = new_test_user(
            cls.env(su=True),
            login="commission_gil",
            name="Gil",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.dot.work_contact_id = cls.gil.partner_id
        cls.olga = cls._create_payee(
            "Olga", groups="sales_commission_gamify.group_officer"
        )
        cls.max.user_id.group_ids = [
            Command.link(cls.env.ref("sales_commission_gamify.group_manager").id)
        ]
        cls.everybody = cls.ann + cls.bob + cls.cem + cls.dot
        cls.plan = cls._create_plan(payees=cls.everybody)

    def _challenge(self, kind="most", payees=None, start=True, by=None, **vals):
        """Made on its first day, running at once."""
        payees = self.everybody if payees is None else payees
        with freeze_time(FIRST):
            challenge = (
                self.env["sales.commission.challenge"]
                .with_user(by or self.olga.user_id)
                .create(
                    {
                        "name": kind.capitalize(),
                        "kind": kind,
                        "company_id": self.company.id,
                        "date_from": FIRST,
                        "date_to": LAST,
                        "participant_ids": [
                            Command.create({"employee_id": payee.id})
                            for payee in payees
                        ],
                        **vals,
                    }
                )
            )
            if start:
                challenge.action_schedule()
        return challenge.with_env(self.env)

    def _sell(self, payee, amount, day=2, month=3):
        return self._invoice(amount, payee, date=f"2026-{month:02}-{day:02}")

    @contextmanager
    def _on(self, day):
        with freeze_time(day):
            yield

    def _close(self, challenge, day="2026-03-17"):
        with freeze_time(day):
            self._run_cron()
        self.env.invalidate_all()
        return challenge

    def _run_cron(self):
        """What the scheduler does, without its commits."""
        challenges = self.env["sales.commission.challenge"].sudo()
        due = challenges.search(
            [
                ("state", "in", ("scheduled", "running")),
                ("date_from", "<=", fields.Date.today()),
            ]
        )
        for challenge in due:
            challenge._move_on()

    def _places(self, challenge, day="2026-03-10"):
        """``[(place, name)]`` as the ledger has it."""
        with freeze_time(day):
            ranking = challenge.sudo()._compute_rankings()[challenge.sudo()]
        rows = self.env["sales.commission.challenge.participant"].sudo()
        return [(row.place, rows.browse(row.key).employee_id.name) for row in ranking]

    def _winners(self, challenge):
        results = challenge.sudo().result_ids.filtered("won")
        return sorted(results.employee_id.mapped("name"))

    def _person(self, challenge, payee):
        return challenge.sudo().participant_ids.filtered(
            lambda row: row.employee_id == payee
        )
