"""How large a company is, and the days it sells on."""

from dataclasses import dataclass
from datetime import date

FIRST_DAY = date(2025, 1, 1)
LAST_DAY = date(2025, 12, 31)
LINES_PER_INVOICE = 4  # on average: 2 to 6


@dataclass(frozen=True)
class Size:
    payees: int
    lines: int  # on invoices; credit notes come on top

    @property
    def invoices(self):
        return self.lines // LINES_PER_INVOICE

    @property
    def leads(self):
        """Each leads a team; one director leads them all."""
        return max(1, self.payees // 8)

    @property
    def sellers(self):
        return self.payees - self.leads - 1

    @property
    def customers(self):
        return self.payees * 10

    @property
    def products(self):
        return min(self.payees, 200)


SIZES = {
    "S": Size(payees=31, lines=3_000),
    "M": Size(payees=300, lines=60_000),
    "L": Size(payees=1_000, lines=1_000_000),
}
