import logging

from odoo import SUPERUSER_ID, api

_logger = logging.getLogger(__name__)


def call_after_commit(records, method):
    """Call *method* of these records, together with those of the same model that ask
    for it later in the transaction, when it is committed: once, by a connection of its
    own. It never raises: what it tells of is done already."""
    postcommit = records.env.cr.postcommit
    key = f"{records._name}.{method}"
    if key not in postcommit.data:
        postcommit.data[key] = set()
        registry, data, name = records.env.registry, postcommit.data, records._name

        def call():
            ids = data.pop(key, None)
            if ids:
                _call_in_registry(registry, name, method, sorted(ids))

        postcommit.add(call)
    postcommit.data[key].update(records.ids)


def _call_in_registry(registry, name, method, ids):
    try:
        with registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            getattr(env[name].browse(ids), method)()
    except Exception:
        _logger.exception("%s of %s %s failed after the commit", method, name, ids)
