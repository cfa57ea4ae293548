"""What the sales people get for their points, and who asked for what."""

from base64 import b64encode
from pathlib import Path

PICTURES = Path(__file__).parent / "pictures"

# picture, name, price in points, cost, kind, what it is, what else
REWARDS = (
    ("coffee", "Coffee for the team", 800, 12, "text",
     "The next round at Café del Faro is on us.", {}),
    ("cinema", "Two cinema tickets", 1_500, 18, "code",
     "Any film, any day, popcorn not included.",
     {"new_codes": "CINE-7K2M-91\nCINE-4QX8-20\nCINE-9ZT3-77\nCINE-1HH5-46",
      "instructions": "Type the code at the ticket machine or online."}),
    ("tree", "Plant five trees", 1_000, 15, "text",
     "Five trees in the Sierra Norte, with your name on the certificate.", {}),
    ("lunch", "Lunch with Carmen", 2_000, 35, "text",
     "An hour with the director, wherever you like to eat.", {"month_limit": 1}),
    ("course", "A course of your choice", 4_000, 60, "text",
     "Any course of our own catalogue, or a book of your choice.", {}),
    ("gift_card", "Gift card of 50 €", 5_000, 50, "code",
     "For the bookshop round the corner.",
     {"new_codes": "LIBRO-50-A1X\nLIBRO-50-B7Q\nLIBRO-50-C3P"}),
    ("headphones", "Headphones", 12_000, 140, "product",
     "Wireless, with noise cancelling, for the open-plan office.",
     {"is_limited": True, "quantity": 3}),
    ("day_off", "A day off", 15_000, 180, "day_off",
     "One paid day on top of your holidays. Say which one.", {"month_limit": 1}),
)  # fmt: skip

# who, what, what became of it
WISHES = (
    ("ana", "cinema", "done"),
    ("ana", "lunch", "requested"),
    ("pablo", "coffee", "done"),
    ("james", "cinema", "requested"),
    ("james", "tree", "approved"),
    ("lucia", "course", "refused"),
    ("olivia", "coffee", "cancelled"),
    ("nadia", "coffee", "done"),
    ("nadia", "tree", "requested"),
)


def offer(env, staff):
    """The catalogue, and a redemption in each state."""
    rewards = {
        values[0]: _create(env, sequence, *values)
        for sequence, values in enumerate(REWARDS)
    }
    redemptions = env["sales.commission.redemption"]
    points = env["sales.commission.point"]
    officer = staff.users["carmen"]
    env["sales.commission.board"].create(
        {"name": "Lumen Academy · Sales", "lang": "en_US"}
    )
    for login, key, state in WISHES:
        payee = staff.employees[login]
        if points._get_balances(payee)[payee] < rewards[key].points:
            continue  # a small company sells too little
        user = staff.users[login]
        wish = redemptions.with_user(user)._redeem(rewards[key], payee)
        _bring_to(wish, state, user, officer)


def _create(env, sequence, picture, name, points, cost, kind, description, more):
    return env["sales.commission.reward"].create(
        {
            "sequence": sequence,
            "name": name,
            "points": points,
            "cost": cost,
            "kind": kind,
            "description": description,
            "image_1920": b64encode((PICTURES / f"{picture}.jpg").read_bytes()),
            **more,
        }
    )


def _bring_to(wish, state, user, officer):
    decided = wish.with_user(officer).sudo(False)
    if state in ("done", "approved"):
        decided.action_approve()
    if state == "done" and wish.state == "approved":
        decided.action_hand_out()
    if state == "refused":
        decided.action_refuse("That course starts in spring. Choose another?")
    if state == "cancelled":
        wish.with_user(user).sudo(False).action_cancel()
