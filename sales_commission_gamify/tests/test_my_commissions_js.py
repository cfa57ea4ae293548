from odoo.tests import HttpCase, tagged

from odoo.addons.web.tests import test_js


@tagged("post_install", "-at_install")
class TestMyCommissionsJs(HttpCase):
    def test_components(self):
        """The unit tests of static/tests, in a browser."""
        suite = test_js.HOOTCommon._generate_hash(self, "@sales_commission_gamify")
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={suite}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
            error_checker=test_js.unit_test_error_checker,
        )
