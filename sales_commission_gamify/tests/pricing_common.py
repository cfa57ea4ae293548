from contextlib import contextmanager

from odoo.exceptions import ValidationError
from odoo.fields import Command

from .common import CommissionCase

# how a step's pay is written
KINDS = {
    "% of target": "target_percent",
    "each": "per_unit",
    "%": "percent",
    "": "fixed",
}


def steps(text):
    """``0: 5% | 50: 10% whole | 100: 20% excess``, ``0: 10 each``, ``0: 250``,
    ``0: 50% of target``, each step from its bound on."""
    commands = []
    for step in text.split("|"):
        bound, _, pays = step.strip().partition(":")
        application = False
        for word, name in (("whole", "retroactive"), ("excess", "marginal")):
            if pays.endswith(word):
                application, pays = name, pays.removesuffix(word)
        pays = pays.strip()
        ending, kind = next(one for one in KINDS.items() if pays.endswith(one[0]))
        value = float(pays.removesuffix(ending).replace(",", ""))
        commands.append(
            Command.create(
                {
                    "bound": float(bound),
                    "kind": kind,
                    kind: value,
                    "application": application,
                }
            )
        )
    return commands


class PricingCase(CommissionCase):
    """Plans of several components that tell their documents apart by product."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = {"A": cls.product_a, "B": cls.product_b}

    def _component(self, plan, name, rates=None, product=None, **vals):
        """A further component of a draft plan; it counts one product or all."""
        if product:
            vals["domain"] = str([("product_id", "=", self._product(product).id)])
        if rates:
            vals["rate_ids"] = steps(rates)
        return self.env["sales.commission.component"].create(
            {
                "plan_id": plan.id,
                "name": name,
                "measure_id": self.measure.id,
                "sequence": 100,
                **vals,
            }
        )

    def _product(self, name):
        if name not in self.products:
            self.products[name] = self.env["product.product"].create({"name": name})
        return self.products[name]

    def _draft(self, payees=None, **vals):
        """A draft plan without any component."""
        plan = self._create_plan(payees=payees, publish=False, **vals)
        plan.component_ids.unlink()
        return plan

    def _plan(self, rates, payees=None, plan=None, publish=True, **component):
        """A plan with one component of these rates."""
        draft = self._draft(payees, **(plan or {}))
        self._component(draft, "Invoiced", rates, **component)
        if publish:
            draft.action_publish()
        return draft

    def _sell(self, amount, product=None, date="2026-01-15", payee=None, quantity=1):
        """A posted invoice over one product."""
        move = self._invoice(amount / quantity, payee=payee, date=date, post=False)
        line = move.invoice_line_ids
        if product:
            line.product_id = self._product(product)
        line.write(
            {
                "quantity": quantity,
                "price_unit": amount / quantity,
                "tax_ids": [Command.clear()],
            }
        )
        move.action_post()
        return move

    def _unsell(self):
        """Every invoice so far counts no longer."""
        self.env["account.move"].search(
            [
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
            ]
        ).button_draft()

    def _quota(self, component, amount, date="2026-01-01", **vals):
        return self.env["sales.commission.quota"].create(
            {
                "component_id": component.id,
                "amount": amount,
                "date_from": date,
                **vals,
            }
        )

    def _attained(self, component, payee=None, date="2026-01-01"):
        return self.env["sales.commission.attainment"].search(
            [
                ("component_id", "=", component.id),
                ("employee_id", "=", (payee or self.ann).id),
                ("date_from", "=", date),
            ]
        )

    @contextmanager
    def _refusing(self, words):
        """What is tried inside is refused in these words and undone."""
        with (
            self.subTest(words),
            self.assertRaisesRegex(ValidationError, words),
            self.cr.savepoint(),
        ):
            yield
        self.env.invalidate_all(flush=False)
