from collections import defaultdict

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

NEWS_DAYS = 7  # an older sale comes from a history that was brought in


class SalesCommissionChannel(models.Model):
    """What a post says: a line for each payee, badge or challenge."""

    _inherit = "sales.commission.channel"

    def _get_sections(self, until):
        """:param until: see ``_get_until``"""
        if self.tells_deals:
            yield self.env._("New deals"), self._get_deal_lines(until)
        if self.tells_badges:
            yield self.env._("New badges"), self._get_badge_lines(until)
        if self.tells_challenges:
            lines = [
                *self._get_won_lines(until),
                *self._get_started_lines(until),
                *self._get_lead_lines(until),
            ]
            yield self.env._("Challenges"), lines

    # --- deals ------------------------------------------------------------------

    def _get_deal_lines(self, until):
        rows = self._get_deals(until)
        names = self._get_names([row["employee_id"] for row in rows])
        currency = self.company_id.currency_id
        lines = []
        for row in rows:
            name = names.get(row["employee_id"])
            if not name:
                continue
            count = row["deals"]
            amount = self.shows_money and currency.format(float(row["amount"]))
            if count == 1:
                lines.append(f"{name}: {amount}" if amount else name)
            elif amount:
                lines.append(
                    self.env._(
                        "%(name)s: %(count)s deals, %(amount)s",
                        name=name,
                        count=count,
                        amount=amount,
                    )
                )
            else:
                lines.append(
                    self.env._("%(name)s: %(count)s deals", name=name, count=count)
                )
        return lines

    def _get_deals(self, until):
        """By payee, the greatest first. What was credited before is no new deal: a
        corrected invoice is told once."""
        standings = self.env["sales.commission.standing"]
        components = standings._get_components("amount", self.company_id)
        return self.env.execute_query_dict(
            SQL(
                """
                SELECT employee_id, COUNT(*) AS deals, SUM(amount) AS amount
                  FROM (SELECT employee_id, document_model, document_id,
                               MAX(amount) AS amount
                          FROM (SELECT c.employee_id, c.document_model, c.document_id,
                                       c.component_id, SUM(c.amount) AS amount
                                  FROM sales_commission_credit c
                                 WHERE c.id > %(last)s AND c.id <= %(until)s
                                   AND c.component_id = ANY(%(components)s)
                                   AND c.level = 0 AND c.date >= %(first)s
                                   AND %(teams)s AND NOT EXISTS (
                                       SELECT FROM sales_commission_credit old
                                        WHERE old.document_model = c.document_model
                                          AND old.document_id = c.document_id
                                          AND old.employee_id = c.employee_id
                                          AND old.id <= %(last)s)
                                 GROUP BY 1, 2, 3, 4) credited
                         GROUP BY 1, 2, 3) deal
                 WHERE amount > 0 AND amount >= %(least)s
                 GROUP BY employee_id ORDER BY amount DESC, employee_id
                """,
                last=self.last_credit_id,
                until=until["last_credit_id"],
                components=components.ids,
                first=self._get_first_day(),
                least=self.least_amount or 0,
                teams=self._get_team_sql("c.employee_id"),
            )
        )

    def _get_first_day(self):
        return fields.Date.subtract(fields.Date.context_today(self), days=NEWS_DAYS)

    def _get_team_sql(self, employee):
        if not self.team_ids:
            return SQL("TRUE")
        return SQL(
            "%s IN (SELECT id FROM hr_employee WHERE user_id = ANY(%s))",
            SQL(employee),
            self.team_ids.member_ids.ids,
        )

    # --- badges -----------------------------------------------------------------

    def _get_badge_lines(self, until):
        domain = (
            Domain("id", ">", self.last_award_id)
            & Domain("id", "<=", until["last_award_id"])
            & Domain("company_id", "=", self.company_id.id)
            & Domain("date", ">=", self._get_first_day())
        )
        if self.team_ids:
            domain &= Domain("employee_id.user_id", "in", self.team_ids.member_ids.ids)
        awards = self.env["sales.commission.award"].search(domain, order="id")
        names = self._get_names(awards.employee_id.ids)
        owners = defaultdict(list)
        for award in awards:
            if award.employee_id.id in names:
                owners[award.badge_id].append(names[award.employee_id.id])
        return [
            f"{badge.name}: {self._join(list(dict.fromkeys(found)))}"
            for badge, found in owners.items()
        ]

    # --- challenges ---------------------------------------------------------------

    def _get_leads(self, until, is_start):
        leads = self.env["sales.commission.lead"].search(
            Domain("id", ">", self.last_lead_id)
            & Domain("id", "<=", until["last_lead_id"])
            & Domain("company_id", "=", self.company_id.id)
            & Domain("challenge_id", "!=", False),
            order="id",
        )
        return leads.filtered(
            lambda lead: lead.is_start == is_start and self._tells(lead.challenge_id)
        )

    def _tells(self, challenge):
        """Those that everybody may see, in which one of the teams takes part."""
        return (
            challenge.visibility == "everybody"
            and not challenge.is_test
            and (not self.team_ids or challenge.participant_ids.team_id & self.team_ids)
        )

    def _get_started_lines(self, until):
        leads = self._get_leads(until, is_start=True)
        return [
            self.env._(
                "“%(name)s” has started, until %(day)s. %(prize)s",
                name=challenge.name,
                day=format_date(self.env, challenge.date_to),
                prize=challenge.prize_text or "",
            ).strip()
            for challenge in leads.challenge_id
            if challenge.state == "running"
        ]

    def _get_lead_lines(self, until):
        """Who leads now, not who led in between; of a league in each group."""
        leads = self._get_leads(until, is_start=False)
        last = {(lead.challenge_id, lead.group_number): lead for lead in leads}
        names = self._get_names(
            {one for lead in leads for one in lead.leader_ids or ()}
        )
        ahead = defaultdict(list)
        for (challenge, _group), lead in last.items():
            if challenge.state == "running":
                ahead[challenge] += [
                    names[one] for one in lead.leader_ids or () if one in names
                ]
        return [
            self.env._(
                "Ahead in “%(name)s”: %(who)s",
                name=challenge.name,
                who=self._join(who),
            )
            for challenge, who in ahead.items()
            if who
        ]

    def _get_won_lines(self, until):
        results = self.env["sales.commission.challenge.result"].search(
            Domain("id", ">", self.last_result_id)
            & Domain("id", "<=", until["last_result_id"])
            & Domain("company_id", "=", self.company_id.id),
            order="challenge_id, place, id",
        )
        names = self._get_names(results.employee_id.ids)
        lines = []
        for challenge, rows in results.grouped("challenge_id").items():
            if not self._tells(challenge):
                continue
            won = [
                names[row.employee_id.id]
                for row in rows
                if row.won and row.employee_id.id in names
            ]
            lines.append(
                self.env._(
                    "“%(name)s” is won by %(who)s.",
                    name=challenge.name,
                    who=self._join(won),
                )
                if won
                else self.env._("“%s” is over.", challenge.name)
            )
        return lines
