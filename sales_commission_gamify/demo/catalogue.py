"""What is sold."""

from typing import NamedTuple

from odoo.fields import Command


class Product(NamedTuple):
    key: str
    name: str
    spanish_name: str
    category: str
    price: int
    cost: int


CATEGORIES = ("Courses", "Licences", "School subscriptions", "Renewals", "Services")

PRODUCTS = (
    Product("data", "Data Literacy Course", "Curso de alfabetización en datos",
            "Courses", 390, 95),
    Product("english", "Business English Course", "Curso de inglés profesional",
            "Courses", 290, 80),
    Product("leadership", "Project Leadership Programme",
            "Programa de dirección de proyectos", "Courses", 890, 260),
    Product("ai", "AI in the Classroom Workshop", "Taller de IA en el aula",
            "Courses", 1200, 350),
    Product("team", "Team Licence (user, year)", "Licencia de equipo (usuario, año)",
            "Licences", 96, 12),
    Product("campus", "Campus Licence (100 users, year)",
            "Licencia de campus (100 usuarios, año)", "Licences", 3400, 410),
    Product("studio", "Content Studio (year)", "Estudio de contenidos (año)",
            "Licences", 1450, 190),
    Product("primary", "Primary School Subscription (pupil, year)",
            "Suscripción de Primaria (alumno, año)", "School subscriptions", 14, 3),
    Product("secondary", "Secondary School Subscription (pupil, year)",
            "Suscripción de Secundaria (alumno, año)", "School subscriptions", 18, 4),
    Product("renew_school", "School Subscription Renewal (pupil, year)",
            "Renovación de suscripción escolar (alumno, año)", "Renewals", 13, 3),
    Product("renew_team", "Licence Renewal (user, year)",
            "Renovación de licencia (usuario, año)", "Renewals", 88, 10),
    Product("training", "Onboarding & Training Day", "Jornada de puesta en marcha",
            "Services", 750, 420),
)  # fmt: skip
BY_KEY = {product.key: product for product in PRODUCTS}


class Catalogue:
    """The products and categories of the story, by key or name."""

    def __init__(self, env):
        categories = env["product.category"].create(
            [{"name": name} for name in CATEGORIES]
        )
        self.categories = dict(zip(CATEGORIES, categories, strict=True))
        products = env["product.product"].create(
            [self._prepare_product_vals(env, product) for product in PRODUCTS]
        )
        self.products = dict(
            zip((product.key for product in PRODUCTS), products, strict=True)
        )
        for product in PRODUCTS:
            record = self.products[product.key].with_context(lang="es_ES")
            record.name = product.spanish_name

    def _prepare_product_vals(self, env, product):
        return {
            "name": product.name,
            "type": "service",
            "invoice_policy": "order",
            "categ_id": self.categories[product.category].id,
            "list_price": product.price,
            "standard_price": product.cost,
            "company_id": env.company.id,
            "taxes_id": [Command.set(env.company.account_sale_tax_id.ids)],
            "supplier_taxes_id": [Command.clear()],
        }
