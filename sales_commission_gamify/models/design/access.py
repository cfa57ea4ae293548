from odoo.exceptions import AccessError


def check_group(env, *groups):
    """:raise AccessError: unless the user is in one of our *groups*

    Buttons that write through ``sudo()`` call this first.
    """
    if not env.su and not any(
        env.user.has_group(f"sales_commission_gamify.{group}") for group in groups
    ):
        raise AccessError(
            env._(
                "You may not do this with commissions. Ask a commission officer or "
                "accountant of your company."
            )
        )
