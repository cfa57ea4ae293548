import re
from html.parser import HTMLParser
from pathlib import Path

from odoo.tests import BaseCase, tagged

FOLDER = Path(__file__).parent.parent / "static" / "description"
PNG = b"\x89PNG\r\n\x1a\n"
LARGEST = 250_000  # bytes of one picture
FORBIDDEN = {"script", "style", "link", "iframe", "object", "embed", "form", "video"}


def _read_size(path):
    """Width and height, out of the first chunk of a PNG."""
    head = path.read_bytes()[:24]
    return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])


class _Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))


@tagged("post_install", "-at_install")
class TestAppsPage(BaseCase):
    """What the Apps page shows is in the folder and small; it asks nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.text = (FOLDER / "index.html").read_text()
        cls.page = _Page(cls.text)

    def test_nothing_that_the_store_takes_out(self):
        for tag, attrs in self.page.elements:
            self.assertNotIn(tag, FORBIDDEN)
            self.assertFalse([name for name in attrs if name.startswith("on")], tag)

    def test_nothing_points_outside(self):
        self.assertNotRegex(self.text, re.compile(r"https?:|//|url\(|data:", re.I))

    def test_pictures_are_there_and_say_what_they_show(self):
        pictures = [attrs for tag, attrs in self.page.elements if tag == "img"]
        self.assertGreaterEqual(len(pictures), 8)
        for picture in pictures:
            with self.subTest(picture=picture["src"]):
                self.assertTrue((FOLDER / picture["src"]).is_file())
                self.assertTrue(picture["alt"])
        shown = {picture["src"] for picture in pictures}
        self.assertEqual(shown, {path.name for path in FOLDER.glob("shot_*.png")})

    def test_pictures_are_small(self):
        for path in FOLDER.glob("*.png"):
            with self.subTest(picture=path.name):
                self.assertEqual(path.read_bytes()[:8], PNG)
                self.assertLess(path.stat().st_size, LARGEST)

    def test_icon_and_cover(self):
        self.assertEqual(_read_size(FOLDER / "cover.png"), (1120, 560))
        width, height = _read_size(FOLDER / "icon.png")
        self.assertEqual(width, height)
        self.assertGreaterEqual(width, 100)
