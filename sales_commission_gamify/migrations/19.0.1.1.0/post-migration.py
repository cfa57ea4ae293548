def migrate(cr, version):
    """Credits of before tell units too, as if they had always been counted.

    Otherwise the next look at a document would take its credits for changed, and
    reverse and add each of them once for nothing.
    """
    cr.execute(
        """
        UPDATE sales_commission_credit credit
           SET quantity = (CASE WHEN credit.reversal_of_id IS NULL THEN 1 ELSE -1 END)
                          * line.quantity * SIGN(-line.balance)
          FROM account_move_line line
         WHERE credit.source_model = 'account.move.line'
           AND credit.source_id = line.id AND credit.quantity IS NULL
        """
    )
    cr.execute(
        """
        UPDATE sales_commission_credit
           SET quantity = COALESCE(quantity, 0),
               below_percent = COALESCE(below_percent, 0)
         WHERE quantity IS NULL OR below_percent IS NULL
        """
    )
