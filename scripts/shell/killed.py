"""Fed to Odoo's shell: do something and stop for ever at a point of the code, so that
the process can be killed just there."""

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["SCG_SCRIPTS"])))
from together.scene import Gates


def stop():
    os.write(int(os.environ["SCG_READY"]), b"ready")
    time.sleep(3600)


gates = Gates()
gates.build(env.registry)  # noqa: F821
gates.at("MainThread", os.environ["SCG_POINT"], stop)
user = env["res.users"].search([("login", "=", os.environ["SCG_LOGIN"])])  # noqa: F821
env = env(user=user.id)  # noqa: F821
# what to do comes from the case that kills this process
exec(os.environ["SCG_ACTION"])
env.cr.commit()
