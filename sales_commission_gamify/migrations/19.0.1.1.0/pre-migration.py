def migrate(cr, version):
    """Credits of before tell their sale's day and their units too, as if they had
    always been counted.

    Otherwise the next look at a document would take its credits for changed, and
    reverse and add each of them once for nothing.
    """
    cr.execute(
        """
        ALTER TABLE sales_commission_credit
          ADD COLUMN IF NOT EXISTS sold date,
          ADD COLUMN IF NOT EXISTS quantity numeric,
          ADD COLUMN IF NOT EXISTS below_percent numeric
        """
    )
    _fill_sold(cr)
    _fill_quantity(cr)
    # Attainments are sums: -1 has the next sweep add them up anew, quota included.
    cr.execute("UPDATE sales_commission_attainment SET credit_count = -1")


def _fill_sold(cr):
    """The day of the sale; the day of the credit where the document is gone."""
    cr.execute(
        """
        UPDATE sales_commission_credit credit
           SET sold = COALESCE(origin.invoice_date, origin.date)
          FROM account_move origin
         WHERE credit.document_model = 'account.move'
           AND credit.origin_id = origin.id
        """
    )
    cr.execute("UPDATE sales_commission_credit SET sold = date WHERE sold IS NULL")


def _fill_quantity(cr):
    """In the product's own units, negative for refunds and reversed rows; a line with
    a negative price is a discount and no unit."""
    cr.execute(
        """
        UPDATE sales_commission_credit credit
           SET quantity = CASE
                 WHEN line.price_unit < 0 THEN 0
                 ELSE (CASE WHEN credit.reversal_of_id IS NULL THEN 1 ELSE -1 END)
                      * (CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END)
                      * line.quantity::numeric
                      * COALESCE(line_uom.factor::numeric
                                 / NULLIF(own_uom.factor, 0)::numeric, 1)
               END
          FROM account_move_line line
          JOIN account_move move ON move.id = line.move_id
          LEFT JOIN product_product product ON product.id = line.product_id
          LEFT JOIN product_template template
            ON template.id = product.product_tmpl_id
          LEFT JOIN uom_uom own_uom ON own_uom.id = template.uom_id
          LEFT JOIN uom_uom line_uom ON line_uom.id = line.product_uom_id
         WHERE credit.source_model = 'account.move.line'
           AND credit.source_id = line.id
        """
    )
    cr.execute(
        """
        UPDATE sales_commission_credit
           SET quantity = COALESCE(quantity, 0), below_percent = 0
        """
    )
