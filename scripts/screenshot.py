"""Log in to an Odoo, open a page, wait until it has settled, save a picture.

    python3 scripts/screenshot.py --login admin --path /odoo --out page.png
    python3 scripts/screenshot.py --login ana --password demo \\
        --base http://localhost:8069 --path /odoo/action-123 --size 390x844 --mobile \\
        --click "text=Forecast" --out forecast.png

Actions are done in the order in which they are given. A place is a CSS selector, or
`text=Some words` for the smallest visible element with exactly that text.
"""

import argparse
import json
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from box import settings

try:
    from box.browser import Browser, BrowserError
except ImportError:
    if Path(sys.prefix) == settings.VENV or not settings.VENV_PYTHON.exists():
        sys.exit("Call `make setup` first.")
    os.execv(settings.VENV_PYTHON, [str(settings.VENV_PYTHON), *sys.argv])

QUIET_SECONDS = 0.6

# The web client shows its content last, and its own sign of waiting before that. Owl
# draws in animation frames, charts move for a second, pictures and fonts come late.
SETTLED = """
(() => {
    const visible = (css) => [...document.querySelectorAll(css)].some(
        (node) => node.checkVisibility() && node.getBoundingClientRect().width);
    if (document.readyState !== "complete") return false;
    if (document.fonts.status !== "loaded") return false;
    if ([...document.images].some((one) => !one.complete && one.checkVisibility()))
        return false;
    if (visible(".o_blockUI, .o_loading_indicator")) return false;
    if (!document.querySelector(".o_web_client")) return true;
    return Boolean(document.querySelector(".o_action_manager > *, .o_home_menu"));
})()
"""

DRAWN = """
new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
"""

STILL = """
!document.getAnimations().some((animation) => animation.playState === "running"
    && animation.effect.getComputedTiming().iterations !== Infinity)
"""

FIND = """
((place) => {
    const drawn = (node) => node.checkVisibility() && node.getClientRects().length;
    const byText = (text) => [...document.querySelectorAll("body *")].filter(
        (node) => drawn(node) && node.innerText?.trim() === text).pop();
    const node = place.startsWith("text=")
        ? byText(place.slice(5).trim())
        : [...document.querySelectorAll(place)].find(drawn);
    if (!node) return null;
    node.scrollIntoView({block: "center", inline: "nearest", behavior: "instant"});
    const box = node.getBoundingClientRect();
    return {x: box.x + box.width / 2, y: box.y + box.height / 2};
})(%s)
"""


class Remember(argparse.Action):
    """Keeps the actions in one list, in the order of the command line."""

    def __call__(self, parser, namespace, values, option_string=None):
        actions = getattr(namespace, "actions", None) or []
        namespace.actions = [*actions, (option_string.lstrip("-"), values)]


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--base", default="http://localhost:8069", help="Odoo's address"
    )
    parser.add_argument("--login", help="leave it out to see what a visitor sees")
    parser.add_argument("--password", help="by default the same as the login")
    parser.add_argument("--path", default="/odoo")
    parser.add_argument("--size", default="1366x768", help="width x height")
    parser.add_argument("--scale", type=float, default=1, help="2 for sharp screens")
    parser.add_argument("--mobile", action="store_true", help="a touch screen")
    parser.add_argument("--language", default="", help="of a visitor, like es")
    parser.add_argument("--full", action="store_true", help="the page's whole height")
    parser.add_argument("--out", required=True, help="the PNG file")
    parser.add_argument("--timeout", type=float, default=30, help="seconds per wait")
    parser.add_argument(
        "--strict", action="store_true", help="fail when the page complained"
    )
    for name, meaning in (
        ("click", "click on a place"),
        ("hover", "move the pointer to a place"),
        ("wait", "wait for a place"),
        ("fill", "put a text into a field: PLACE=>TEXT"),
        ("key", "press a key, like Enter or Escape"),
        ("js", "run JavaScript in the page and print its value"),
        ("sleep", "wait a number of seconds"),
        ("shot", "save one more picture on the way: FILE"),
    ):
        parser.add_argument(f"--{name}", action=Remember, help=meaning)
    options = parser.parse_args()
    if not re.fullmatch(r"\d+x\d+", options.size):
        parser.error("--size looks like 1366x768")
    return options


def session_cookie(base, login, password):
    """Through the login form, as a person would: it needs no database's name."""
    jar = CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    with opener.open(f"{base}/web/login", timeout=120) as reply:
        page = reply.read().decode()
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    if not token:
        raise BrowserError(f"{base}/web/login shows no form")
    form = {"csrf_token": token[1], "login": login, "password": password}
    data = urllib.parse.urlencode(form).encode()
    with opener.open(f"{base}/web/login", data, timeout=120) as reply:
        if urllib.parse.urlsplit(reply.url).path == "/web/login":
            raise BrowserError(f"{login} can't log in with this password")
    return next(cookie.value for cookie in jar if cookie.name == "session_id")


class Camera:
    def __init__(self, options):
        self.options = options
        width, height = map(int, options.size.split("x"))
        self.browser = Browser(
            width, height, options.scale, options.mobile, options.language
        )

    def run(self):
        options, browser = self.options, self.browser
        if options.login:
            password = options.password or options.login
            cookie = session_cookie(options.base, options.login, password)
            browser.set_cookie(options.base, "session_id", cookie)
        browser.open(options.base + options.path)
        self.settle()
        for name, value in getattr(options, "actions", None) or []:
            getattr(self, f"do_{name}")(value)
        self.do_shot(options.out)

    def settle(self):
        """Quiet network, a finished page, and nothing that moves any more."""
        browser = self.browser
        deadline = time.monotonic() + self.options.timeout
        browser.listen(0.2)
        while time.monotonic() < deadline:
            browser.listen(0.1)
            try:
                if browser.is_quiet(QUIET_SECONDS) and browser.evaluate(SETTLED):
                    browser.evaluate(DRAWN)
                    if browser.evaluate(STILL) and browser.is_quiet(QUIET_SECONDS):
                        browser.listen(1.1 if self.has_chart() else 0.1)
                        return
            except BrowserError:
                # the page was exchanged under the question: ask the new one
                continue
        waiting = list(browser.pending.values())
        print(
            f"not settled after {self.options.timeout:g} s {waiting}", file=sys.stderr
        )

    def has_chart(self):
        return self.browser.evaluate('Boolean(document.querySelector("canvas"))')

    def find(self, place):
        expression = FIND % json.dumps(place)
        return self.browser.wait_for(expression, self.options.timeout, place)

    def do_click(self, place):
        spot = self.find(place)
        self.browser.click_at(spot["x"], spot["y"])
        self.settle()

    def do_hover(self, place):
        spot = self.find(place)
        self.browser.move_to(spot["x"], spot["y"])
        self.settle()

    def do_wait(self, place):
        self.find(place)
        self.settle()

    def do_fill(self, text):
        place, _, value = text.partition("=>")
        spot = self.find(place.strip())
        self.browser.click_at(spot["x"], spot["y"])
        self.browser.evaluate("document.activeElement.select?.()")
        self.browser.type_text(value)
        self.settle()

    def do_key(self, key):
        code = {"Enter": 13, "Escape": 27, "Tab": 9}.get(key, 0)
        event = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        if key == "Enter":
            event["text"] = "\r"
        self.browser.call("Input.dispatchKeyEvent", type="keyDown", **event)
        self.browser.call("Input.dispatchKeyEvent", type="keyUp", **event)
        self.settle()

    def do_js(self, expression):
        print(json.dumps(self.browser.evaluate(expression), ensure_ascii=False))
        self.settle()

    def do_sleep(self, seconds):
        self.browser.listen(float(seconds))

    def do_shot(self, path):
        picture = Path(path)
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(self.browser.png(self.options.full))
        print(picture)


def main():
    options = parse_arguments()
    options.base = options.base.rstrip("/")
    camera = Camera(options)
    try:
        camera.run()
    except (BrowserError, urllib.error.URLError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        camera.browser.close()
        for complaint in camera.browser.complaints:
            print(f"the page complained: {complaint}", file=sys.stderr)
    return 1 if options.strict and camera.browser.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
