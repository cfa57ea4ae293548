from datetime import date

from odoo.orm.domains import DomainAnd, DomainBool, DomainCondition, DomainNot, DomainOr
from odoo.tools import OrderedSet, format_date, format_list

MOST_NAMES = 8


def say_domain(env, model, domain):
    """*domain* on *model* in words: “Product Category is Courses or Licences”.

    :return: None for what cannot be said
    """
    try:
        return _say(env, model, domain)
    except (KeyError, ValueError, TypeError, NotImplementedError):
        return None


def say_path(env, model, path):
    """The labels of a dotted *path* on *model*: “Order › Date”; as it is where its app
    is gone."""
    try:
        return _follow(env, model, path)[0] if path else ""
    except (KeyError, AttributeError, TypeError):
        return path


def _say(env, model, domain):
    if isinstance(domain, DomainCondition):
        return _say_condition(env, model, domain)
    if isinstance(domain, DomainNot):
        return env._("not (%s)", _say(env, model, domain.child))
    if isinstance(domain, (DomainAnd, DomainOr)):
        parts = [_say_part(env, model, child) for child in domain.children]
        style = "standard" if isinstance(domain, DomainAnd) else "or"
        return format_list(env, parts, style)
    if isinstance(domain, DomainBool):
        return env._("always") if domain.value else env._("never")
    raise NotImplementedError(domain)


def _say_part(env, model, domain):
    text = _say(env, model, domain)
    return f"({text})" if isinstance(domain, (DomainAnd, DomainOr)) else text


def _say_condition(env, model, condition):
    label, field = _follow(env, model, condition.field_expr)
    value = condition.value
    operator = {"=": "in", "!=": "not in"}.get(condition.operator, condition.operator)
    if field.relational and operator in ("any", "any!"):
        inner = _say(env, env[field.comodel_name], value)
        return env._("%(field)s with %(condition)s", field=label, condition=inner)
    sentence = _get_sentences(env).get(operator)
    if not sentence:
        raise NotImplementedError(operator)
    if operator in ("in", "not in") and _get_values(value) in ([False], [None]):
        key = "not set" if operator == "in" else "set"
        return _get_sentences(env)[key] % {"field": label}
    return sentence % {"field": label, "value": _say_value(env, field, value)}


def _follow(env, model, path):
    """The label of a dotted path and its last field."""
    labels = []
    for name in path.split("."):
        field = model._fields[name]
        labels.append(field._description_string(env))
        model = env[field.comodel_name] if field.relational else None
    return " › ".join(labels), field


def _get_sentences(env):
    return {
        "in": env._("%(field)s is %(value)s"),
        "not in": env._("%(field)s is not %(value)s"),
        ">": env._("%(field)s is above %(value)s"),
        ">=": env._("%(field)s is %(value)s or more"),
        "<": env._("%(field)s is below %(value)s"),
        "<=": env._("%(field)s is %(value)s or less"),
        "ilike": env._("%(field)s contains “%(value)s”"),
        "not ilike": env._("%(field)s does not contain “%(value)s”"),
        "like": env._("%(field)s contains “%(value)s”"),
        "not like": env._("%(field)s does not contain “%(value)s”"),
        "child_of": env._("%(field)s is %(value)s or below"),
        "set": env._("%(field)s is set"),
        "not set": env._("%(field)s is not set"),
    }


def _get_values(value):
    return list(value) if isinstance(value, (list, tuple, OrderedSet)) else [value]


def _say_value(env, field, value):
    values = _get_values(value)
    names = [_say_single(env, field, item) for item in values[:MOST_NAMES]]
    if len(values) > MOST_NAMES:
        names.append(env._("%s more", len(values) - MOST_NAMES))
    return format_list(env, names, "or")


def _say_single(env, field, value):
    if value is False and field.type != "boolean":
        return env._("not set")
    if field.relational and isinstance(value, int):
        # sudo: names of what a plan counts are part of what it promises
        return env[field.comodel_name].sudo().browse(value).display_name
    if field.type == "selection":
        return dict(field._description_selection(env)).get(value, str(value))
    if field.type == "boolean":
        return env._("yes") if value else env._("no")
    if isinstance(value, date):
        return format_date(env, value)
    return str(value)
