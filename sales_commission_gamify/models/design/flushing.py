"""What Odoo has computed and not written yet must be written before SQL reads it."""


def flush_models(env, *names):
    """Flush these models, unless nothing at all waits to be written: asking each model
    for it costs a tenth of what an invoice's commissions do.

    :param names: of models, those of the add-on without their prefix
    """
    waiting = env.transaction
    # ids that are 0 or of nothing saved are never written
    if not waiting.field_dirty and not any(map(any, waiting.tocompute.values())):
        return
    for name in names:
        model = name if name in env else f"sales.commission.{name}"
        env[model].flush_model()
