"""Who buys: schools and companies with invented names, each with one team."""

from random import Random
from typing import NamedTuple

from .people import TEAMS

PER_TEAM = 26


class Customer(NamedTuple):
    name: str
    city: str
    country: str
    lang: str
    team: str


CITIES = {
    "es": ("Madrid", "Valencia", "Sevilla", "Bilbao", "Zaragoza", "Málaga", "Vigo",
           "Granada", "Gijón", "Alicante", "Valladolid", "Córdoba"),
    "uk": ("London", "Leeds", "Bristol", "Norwich", "Exeter", "Dublin", "Galway",
           "Cardiff", "York"),
    "us": ("Austin", "Boston", "Denver", "Portland", "Madison", "Raleigh", "Tucson"),
}  # fmt: skip
WORDS = {
    "es": ("Aurora", "Alameda", "Atalaya", "Brisa", "Castaño", "Encinar", "Faro",
           "Fuente Clara", "Horizonte", "Jara", "Ladera", "Mirador", "Naranjal",
           "Olivar", "Pinar", "Retama", "Ribera", "Robledal", "Sendero", "Tejo"),
    "uk": ("Ashgrove", "Birchfield", "Brackenhill", "Cloverdale", "Elmstead",
           "Fernleigh", "Greywater", "Hawthorn", "Larkfield", "Millbrook",
           "Northgate", "Oakhurst", "Rowanwood", "Stonebridge", "Thistledown"),
    "us": ("Bluestem", "Cedar Ridge", "Cottonwood", "Eagle Creek", "Foxglove",
           "Granite Bay", "Lone Pine", "Maple Hollow", "Prairie View", "Red Mesa",
           "Silver Lake", "Summit Trail", "Willow Bend"),
}  # fmt: skip
KINDS = {
    "partners": ("Fundación {}", "Red Educativa {}", "Grupo {}"),
    "schools": ("Colegio {}", "Escuela {}", "Instituto {}", "Academia {}"),
    "business": ("{} Consultores", "Industrias {}", "{} Logística", "Clínicas {}"),
    "uk": ("{} Primary School", "{} College", "{} Academy", "{} & Partners"),
    "america": ("{} Charter School", "{} High School", "{} Systems", "{} Institute"),
    "renewals": ("Colegio {}", "Liceo {}", "{} Servicios", "Centro {}"),
}


def invent(seed) -> tuple[Customer, ...]:
    """The same customers for the same *seed*, no name twice."""
    random, customers, names = Random(f"customers {seed}"), [], set()
    for team in TEAMS:
        wanted = len(customers) + PER_TEAM
        while len(customers) < wanted:
            kind = random.choice(KINDS[team.key])
            word = random.choice(WORDS[team.country])
            city = random.choice(CITIES[team.country])
            name = kind.format(word)
            if name in names:
                name = f"{name} {city}"
            if name not in names:
                names.add(name)
                customers.append(
                    Customer(name, city, team.country, team.lang, team.key)
                )
    return tuple(customers)


def create(env, customers):
    """One partner per customer, in their order."""
    term = env.ref("account.account_payment_term_30days", raise_if_not_found=False)
    return env["res.partner"].create(
        [
            {
                "name": customer.name,
                "is_company": True,
                "city": customer.city,
                "country_id": env.ref(f"base.{customer.country}").id,
                "lang": customer.lang,
                "company_id": env.company.id,
                "property_payment_term_id": term and term.id,
            }
            for customer in customers
        ]
    )
