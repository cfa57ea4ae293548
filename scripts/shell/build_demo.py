"""Fed to Odoo's shell: build the demo company and note its logins."""

import json
import os

from odoo.addons.sales_commission_gamify.demo.company import LOGINS, build

build(env)  # noqa: F821
env.cr.commit()  # noqa: F821
with open(os.environ["SCG_LOGINS"], "w", encoding="utf-8") as stream:
    json.dump(LOGINS, stream)
