import ast
import sys
from pathlib import Path

from odoo.tests import BaseCase, tagged

ADDON = Path(__file__).parent.parent
# A room may know those before it, never those after it.
ROOMS = ("design", "source", "ledger", "payout", "game")
LONGEST_FUNCTION = 70


def _python_files(*folders):
    for folder in folders:
        yield from sorted((ADDON / folder).rglob("*.py"))


def _imported_names(path):
    """Dotted names that *path* imports; relative ones from the add-on's root."""
    package = path.relative_to(ADDON).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            prefix = ".".join([*base, *filter(None, [node.module])])
            yield prefix
            yield from (f"{prefix}.{alias.name}".strip(".") for alias in node.names)


def _model_names(path):
    """Models that *path* defines (``_name``)."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "_name"
            for target in node.targets
        ):
            yield ast.literal_eval(node.value)


@tagged("post_install", "-at_install")
class TestLayers(BaseCase):
    def test_engine_knows_neither_odoo_nor_clock_nor_files(self):
        forbidden = {"io", "os", "pathlib", "random", "socket", "subprocess", "time"}
        allowed = (sys.stdlib_module_names | {"engine"}) - forbidden
        for path in _python_files("engine"):
            for name in _imported_names(path):
                with self.subTest(file=path.name):
                    self.assertIn(name.split(".")[0], allowed)
            for clock in ("today(", "now(", "open("):
                self.assertNotIn(clock, path.read_text(), path.name)

    def test_rooms_only_look_back(self):
        for number, room in enumerate(ROOMS):
            later = ROOMS[number + 1 :]
            for path in _python_files(f"models/{room}"):
                for name in _imported_names(path):
                    for other in later:
                        with self.subTest(file=str(path.relative_to(ADDON))):
                            self.assertFalse(
                                name.startswith(f"models.{other}"),
                                f"{room} imports {name}",
                            )

    def test_rooms_name_no_later_model(self):
        """By ``self.env["…"]``, a field's comodel or a query's table."""
        defined = {
            room: [
                name
                for path in _python_files(f"models/{room}")
                for name in _model_names(path)
            ]
            for room in ROOMS
        }
        for number, room in enumerate(ROOMS):
            for path in _python_files(f"models/{room}"):
                text = path.read_text()
                for later in ROOMS[number + 1 :]:
                    for model in defined[later]:
                        table = model.replace(".", "_")
                        with self.subTest(file=path.name, model=model):
                            self.assertNotIn(f'"{model}"', text)
                            self.assertNotIn(f" {table} ", text)

    def test_functions_are_short(self):
        for path in _python_files("."):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef):
                    with self.subTest(file=path.name, function=node.name):
                        length = node.end_lineno - node.lineno + 1
                        self.assertLessEqual(length, LONGEST_FUNCTION)
