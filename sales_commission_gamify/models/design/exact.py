from decimal import Decimal


def exact(number):
    """repr() of a float typed by a human gives back what was typed."""
    return Decimal(repr(number))
