def migrate(cr, version):
    """One index of a payee's credits, by day, in place of the one without days."""
    cr.execute("DROP INDEX IF EXISTS sales_commission_credit__employee_id_index")
