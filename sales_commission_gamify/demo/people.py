"""Who sells: teams, levels, and the users and employees made of them."""

from datetime import date
from typing import NamedTuple

from odoo.fields import Command

PASSWORD = "demo"
DOMAIN = "lumen-academy.example"


class Team(NamedTuple):
    key: str
    name: str
    country: str
    lang: str
    leader: str


class Person(NamedTuple):
    login: str
    name: str
    team: str
    level: str
    sales_per_month: float

    @property
    def email(self):
        return f"{self.login}@{DOMAIN}"


TEAMS = (
    Team("partners", "Partners & Key Accounts", "es", "es_ES", "carmen"),
    Team("schools", "Schools Iberia", "es", "es_ES", "marta"),
    Team("business", "Business Iberia", "es", "es_ES", "javier"),
    Team("uk", "UK & Ireland", "uk", "en_US", "helen"),
    Team("america", "North America", "us", "en_US", "marcus"),
    Team("renewals", "Renewals", "es", "es_ES", "elena"),
)

PEOPLE = (
    Person("carmen", "Carmen Ortega", "partners", "director", 1.5),
    Person("nadia", "Nadia Benali", "partners", "agent", 3),
    Person("marta", "Marta Salcedo", "schools", "lead", 2),
    Person("ana", "Ana Ferrer", "schools", "senior", 4),
    Person("pablo", "Pablo Requena", "schools", "senior", 2.5),
    Person("lucia", "Lucía Arce", "schools", "junior", 3),
    Person("iker", "Iker Zubiri", "schools", "senior", 2.5),
    Person("sergio", "Sergio Valdés", "schools", "junior", 2.5),
    Person("noelia", "Noelia Prats", "schools", "junior", 3),
    Person("javier", "Javier Montes", "business", "lead", 2),
    Person("clara", "Clara Vidal", "business", "senior", 2.5),
    Person("ruben", "Rubén Olmos", "business", "senior", 2.5),
    Person("teresa", "Teresa Quiroga", "business", "senior", 3),
    Person("hugo", "Hugo Barrios", "business", "junior", 2.5),
    Person("irene", "Irene Lozano", "business", "junior", 3),
    Person("helen", "Helen Whitcombe", "uk", "lead", 2),
    Person("james", "James Ashdown", "uk", "senior", 2.5),
    Person("olivia", "Olivia Marlowe", "uk", "senior", 2.5),
    Person("callum", "Callum Farrow", "uk", "junior", 2.5),
    Person("niamh", "Niamh Corrigan", "uk", "senior", 3),
    Person("priya", "Priya Raman", "uk", "junior", 3),
    Person("marcus", "Marcus Thornbury", "america", "lead", 2),
    Person("grace", "Grace Holloway", "america", "senior", 2.5),
    Person("tyler", "Tyler Brandt", "america", "senior", 3),
    Person("emily", "Emily Sandoval", "america", "junior", 3),
    Person("diego", "Diego Fuentes", "america", "senior", 2.5),
    Person("elena", "Elena Cortés", "renewals", "lead", 2),
    Person("monica", "Mónica Pardo", "renewals", "senior", 4),
    Person("andres", "Andrés Galán", "renewals", "junior", 2.5),
    Person("sophie", "Sophie Lambert", "renewals", "senior", 4),
    Person("tom", "Tom Hadley", "renewals", "junior", 2.5),
)
BY_LOGIN = {person.login: person for person in PEOPLE}

DIRECTOR = "carmen"
AGENT = "nadia"
ACCOUNTANT = Person("luis", "Luis Navarro", "", "accountant", 0)
# Has a user to post invoices, but no employee: nobody can be credited for those.
NO_EMPLOYEE = Person("alba", "Alba Ríos", "", "assistant", 0)

JOINED = {"irene": (-3, 10)}
LEFT = {"tyler": (-2, 15)}
# have not accepted their plan yet: 94 % have
SLOW_READERS = ("hugo", "callum", "tyler")

JOB_TITLES = {
    "director": "Sales Director",
    "lead": "Sales Team Lead",
    "senior": "Senior Account Executive",
    "junior": "Account Executive",
    "agent": "External Agent",
    "accountant": "Accountant",
}
GROUPS = {
    "director": (
        "sales_team.group_sale_manager",
        "sales_commission_gamify.group_officer",
        "base.group_allow_export",
    ),
    # All documents: from a credit of the team a lead opens its invoice.
    "lead": (
        "sales_team.group_sale_salesman_all_leads",
        "sales_commission_gamify.group_manager",
        "base.group_allow_export",
    ),
    "senior": ("sales_team.group_sale_salesman",),
    "junior": ("sales_team.group_sale_salesman",),
    "agent": ("base.group_portal",),
    "accountant": (
        "account.group_account_manager",
        "sales_commission_gamify.group_accountant",
        "base.group_allow_export",
    ),
    "assistant": ("sales_team.group_sale_salesman",),
}
ADMIN_GROUPS = (
    "account.group_account_manager",
    "hr.group_hr_manager",
    "sales_team.group_sale_manager",
    "sales_commission_gamify.group_accountant",
    "sales_commission_gamify.group_administrator",
)


def get_team(person):
    return next(team for team in TEAMS if team.key == (person.team or "partners"))


def get_manager(login):
    """The login of who leads *login*, None for the director."""
    if login == DIRECTOR:
        return None
    person = BY_LOGIN.get(login)
    if person is None or person.level == "lead":
        return DIRECTOR
    return get_team(person).leader


def get_span(timeline, login) -> tuple[date, date]:
    """First and last day on which somebody works here, within the story."""
    first, last = timeline.first(timeline.months[0]), timeline.today
    if login in JOINED:
        first = timeline.day(*JOINED[login])
    if login in LEFT:
        last = timeline.day(*LEFT[login])
    return first, last


class Staff:
    """The users, employees and sales teams of the story, by login or team key."""

    def __init__(self, env):
        self.env = env
        people = (*PEOPLE, ACCOUNTANT, NO_EMPLOYEE)
        self.users = dict(
            zip(
                (person.login for person in people),
                self._create_users(people),
                strict=True,
            )
        )
        self.employees = self._create_employees()
        self.teams = self._create_teams()

    def _create_users(self, people):
        company = self.env.company
        users = self.env["res.users"].create(
            [
                {
                    "login": person.login,
                    "name": person.name,
                    "email": person.email,
                    "lang": "en_US",
                    "tz": "Europe/Madrid",
                    "company_id": company.id,
                    "company_ids": [Command.set(company.ids)],
                    "group_ids": [
                        Command.set(
                            [self.env.ref(xmlid).id for xmlid in GROUPS[person.level]]
                        )
                    ],
                }
                for person in people
            ]
        )
        # Hashing takes a good part of a second: all share one hash.
        password = users._crypt_context().hash(PASSWORD)
        for user in users:
            user._set_encrypted_password(user.id, password)
        return users

    def _create_employees(self):
        people = (*PEOPLE, ACCOUNTANT)
        employees = self.env["hr.employee"].create(
            [
                {
                    "name": person.name,
                    "user_id": self.users[person.login].id,
                    "company_id": self.env.company.id,
                    "job_title": JOB_TITLES[person.level],
                    "sales_commission_agent": person.level == "agent",
                }
                for person in people
            ]
        )
        by_login = dict(
            zip((person.login for person in people), employees, strict=True)
        )
        for login, employee in by_login.items():
            manager = get_manager(login)
            employee.parent_id = by_login[manager] if manager else False
        # they have always worked for them, not only from today
        managers = self.env.ref("sales_commission_gamify.hierarchy_managers")
        managers.edge_ids.write({"date_from": False})
        return by_login

    def _create_teams(self):
        teams = self.env["crm.team"].create(
            [
                {
                    "name": team.name,
                    "company_id": self.env.company.id,
                    "user_id": self.users[team.leader].id,
                    "member_ids": [
                        Command.set(
                            [
                                self.users[person.login].id
                                for person in PEOPLE
                                # a portal user cannot be a member of a sales team
                                if person.team == team.key and person.login != AGENT
                            ]
                        )
                    ],
                }
                for team in TEAMS
            ]
        )
        return dict(zip((team.key for team in TEAMS), teams, strict=True))

    def get_team(self, login):
        person = BY_LOGIN.get(login, NO_EMPLOYEE)
        return self.teams[get_team(person).key]

    def archive(self, login):
        """Somebody left: neither sells nor logs in any more."""
        self.employees[login].action_archive()
        self.users[login].active = False


def set_up_admin(env):
    env.ref("base.user_admin").write(
        {
            "company_ids": [Command.link(env.company.id)],
            "company_id": env.company.id,
            "group_ids": [Command.link(env.ref(xmlid).id) for xmlid in ADMIN_GROUPS],
        }
    )
