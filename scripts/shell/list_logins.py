"""Fed to Odoo's shell: note the demo's logins, which an upgrade may have changed."""

import json
import os

from odoo.addons.sales_commission_gamify.demo.company import LOGINS

with open(os.environ["SCG_LOGINS"], "w", encoding="utf-8") as stream:
    json.dump(LOGINS, stream)
