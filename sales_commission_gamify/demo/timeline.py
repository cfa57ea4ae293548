"""The calendar of the story, counted from today: month 0 is the running one."""

from calendar import monthrange
from datetime import date, timedelta

FIRST_MONTH = -6
FIRST_MONTH_OF_SECOND_HALF = -3


class Timeline:
    """Six closed months and the running one, up to today."""

    def __init__(self, today: date):
        self.today = today
        self.closed_months = range(FIRST_MONTH, 0)
        self.months = range(FIRST_MONTH, 1)

    def first(self, month: int) -> date:
        """First day of *month*; -1 is the month before today's."""
        number = self.today.year * 12 + self.today.month - 1 + month
        return date(number // 12, number % 12 + 1, 1)

    def last(self, month: int) -> date:
        first = self.first(month)
        return first.replace(day=monthrange(first.year, first.month)[1])

    def day(self, month: int, day: int) -> date:
        return self.first(month).replace(day=day)

    def month_of(self, day: date) -> int:
        return (day.year - self.today.year) * 12 + day.month - self.today.month

    def working_days(self, month: int) -> tuple[date, ...]:
        """Mondays to Fridays of *month*, of the running month those to come too."""
        first, last = self.first(month), self.last(month)
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return tuple(day for day in days if day.weekday() < 5)

    def quarter_first(self, day: date) -> date:
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
