from babel.dates import format_date as babel_date

from odoo import fields
from odoo.tools import format_date, get_lang
from odoo.tools.misc import formatLang


class CommissionsPage:
    """What the server says about one month, in words: the portal's own
    ``my_commissions_page.js``."""

    def __init__(self, env, page):
        self.env = env
        self.page = page
        self.currency = env["res.currency"].browse(page.get("currency_id"))

    def __getitem__(self, name):
        return self.page[name]

    def get(self, name, default=None):
        return self.page.get(name, default)

    # --- figures ------------------------------------------------------------------

    def money(self, amount):
        return self.currency.format(amount)

    def number(self, value):
        return formatLang(self.env, value, digits=0)

    def signed(self, value):
        return f"+{self.number(value)}" if value > 0 else self.number(value)

    def decimal(self, value, digits=2):
        """Without zeros at the end."""
        if round(value, digits) == round(value):
            return self.number(value)
        return formatLang(self.env, value, digits=digits)

    def day(self, date):
        return format_date(self.env, date)

    def month(self, date, pattern="LLLL y"):
        locale = get_lang(self.env).code.split("@")[0]
        return babel_date(fields.Date.to_date(date), pattern, locale)

    # --- the month ----------------------------------------------------------------

    @property
    def trend(self):
        amount = self.page["change"]["amount"]
        return (amount > 0) - (amount < 0)

    def say_trend(self):
        month = self.month(self.page["previous"]["date"], "LLLL")
        change = self.page["change"]
        amount = self.money(abs(change["amount"]))
        if not self.trend:
            return self.env._("Same as %s", month)
        if self.trend > 0:
            text = self.env._(
                "%(amount)s more than %(month)s", amount=amount, month=month
            )
        else:
            text = self.env._(
                "%(amount)s less than %(month)s", amount=amount, month=month
            )
        if change["percent"] is False:
            return text
        return f"{text} ({self.signed(change['percent'])} %)"

    def say_earned_in(self):
        return self.env._("Earned in %s", self.page["month"]["name"])

    def say_running_longer(self):
        return self.env._(
            "Plus %s so far in periods that end later.",
            self.money(self.page["running_longer"]),
        )

    def say_held(self):
        return self.env._(
            "%s of it is held back: it is paid once the customer has paid or its time "
            "has come, as your plan says.",
            self.money(self.page["current"]["held"]),
        )

    def say_paid_in(self):
        return self.env._("Paid in %s", self.page["payouts"]["year"])

    def say_points_of_month(self):
        return self.env._("%s this month", self.signed(self.page["points"]["month"]))

    def say_no_plan_in_month(self):
        return self.env._("None of your plans ran in %s.", self.page["month"]["name"])

    def say_draw(self):
        return self.env._(
            "You owe %s of your draw: it is taken back from later earnings.",
            self.money(self.page["draw_balance"]),
        )

    def say_carried(self, statement):
        return self.env._("%s carried forward", self.money(statement["carried"]))

    def get_places(self):
        """Where the month's earnings can be, each with its share in percent."""
        env, current = self.env, self.page["current"]
        places = [
            ("paid", env._("Paid"), "success"),
            ("to_pay", env._("To be paid"), "info"),
            ("open", env._("Not on a statement yet"), "warning"),
        ]
        if current["held"]:
            places.append(("held", env._("Held back"), "secondary"))
        whole = max(current["earned"], 0)
        return [
            {
                "key": key,
                "label": label,
                "color": color,
                "amount": current[key],
                "width": round(100 * min(max(current[key] / whole, 0), 1), 1)
                if whole
                else 0,
            }
            for key, label, color in places
        ]

    def get_bars(self):
        """The months of the history, the highest bar being 100."""
        history = self.page["history"]
        highest = max(month["earned"] for month in history)
        return [
            {
                "date": month["date"],
                "name": self.month(month["date"]),
                "short": self.month(month["date"], "LLL"),
                "amount": self.money(month["earned"]),
                "figure": self.say_short(month["earned"]),
                "height": round(100 * max(month["earned"], 0) / highest)
                if highest > 0
                else 0,
            }
            for month in history
        ]

    def say_short(self, amount):
        """Short enough to stand over a bar on a phone."""
        if abs(amount) < 100_000:
            return self.number(amount)
        for divisor, letter in ((10**9, "G"), (10**6, "M"), (1000, "k")):
            if abs(amount) >= divisor:
                return f"{self.decimal(amount / divisor, 1)} {letter}"
