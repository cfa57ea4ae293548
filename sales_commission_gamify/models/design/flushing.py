"""What Odoo has computed and not written yet must be written before SQL reads it."""


def flush_models(env, *names):
    """Flush these models, unless nothing at all waits to be written: asking each model
    for it costs a tenth of what an invoice's commissions do.

    :param names: of models, those of the add-on without their prefix
    """
    if not (env.transaction.field_dirty or env.transaction.tocompute):
        return
    for name in names:
        model = name if name in env else f"sales.commission.{name}"
        env[model].flush_model()
