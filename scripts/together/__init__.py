"""Several users at once, with connections and processes of their own.

Imported by `scripts/shell/together.py` in Odoo's shell, on a database to throw away.
"""
