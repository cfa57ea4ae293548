from odoo.fields import Domain
from odoo.tools import OrderedSet

# Officers design plans over sales documents without a right on them.
DOCUMENTS = ("account.", "sale.", "sales.commission.")


def find_hidden(env, model, domain):
    """The first path of *domain* on *model*, or the first record that it names, which
    the user may not read; None when he may read them all."""
    for condition in domain.iter_conditions():
        field, hidden = _follow(env, model, condition.field_expr)
        if hidden:
            return condition.field_expr
        value = condition.value
        if isinstance(value, Domain) or "any" in condition.operator:
            comodel = env[field.comodel_name]
            inner = find_hidden(env, comodel, Domain(value))
            if inner:
                return f"{condition.field_expr}.{inner}"
        elif field.relational and not _can_read(env[field.comodel_name], value):
            return condition.field_expr
    return None


def find_hidden_path(env, model, path):
    """*path* when the user may not read all of it, else None."""
    _field, hidden = _follow(env, model, path)
    return path if hidden else None


def _follow(env, model, path):
    """``(the last field, whether one of them is hidden)``"""
    field = None
    for name in path.split("."):
        if model is None:  # part of a date, or a property
            break
        field = model._fields[name]
        if not _may_see(env, model, field):
            return field, True
        model = env[field.comodel_name] if field.relational else None
    return field, False


def _may_see(env, model, field):
    if not model._has_field_access(field, "read"):
        return False
    if model.has_access("read") or model._name.startswith(DOCUMENTS):
        return True
    # what Odoo tells everybody of employees
    public = env.get(f"{model._name}.public")
    return public is not None and field.name in public._fields


def _can_read(comodel, value):
    """Records that a filter names are named to the payees too."""
    values = value if isinstance(value, (list, tuple, set, OrderedSet)) else [value]
    ids = [one for one in values if one and type(one) is int]
    if not ids or not comodel.has_access("read"):
        return True  # a model that no field could be read of is refused before
    # sudo: which of them there are, nothing of them
    records = comodel.browse(comodel.sudo().browse(ids).exists().ids)
    return records == records._filtered_access("read")
