"""A headless Chromium, driven through its DevTools websocket."""

import base64
import contextlib
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

from . import chromium

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--no-first-run",
    "--mute-audio",
    "--remote-debugging-port=0",
    "--remote-allow-origins=*",
)
START_SECONDS = 60


class BrowserError(Exception):
    """The page or the browser didn't do what was asked."""


class Browser:
    """One tab. Knows which requests are under way and what the page complained of."""

    def __init__(self, width, height, scale=1, mobile=False, language=""):
        self.numbers = itertools.count(1)
        self.pending = {}
        self.last_traffic = time.monotonic()
        self.complaints = []
        self.folder = tempfile.mkdtemp(prefix="screenshot-")
        self.process = self.launch(width, height)
        self.socket = websocket.create_connection(
            self.page_address(), timeout=60, suppress_origin=True
        )
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        metrics = {"width": width, "height": height, "deviceScaleFactor": scale}
        self.call("Emulation.setDeviceMetricsOverride", **metrics, mobile=mobile)
        if mobile:
            self.call("Emulation.setTouchEmulationEnabled", enabled=True)
        if language:
            headers = {"Accept-Language": language}
            self.call("Network.setExtraHTTPHeaders", headers=headers)

    def launch(self, width, height):
        command = [chromium.program(), *FLAGS, f"--user-data-dir={self.folder}"]
        command += [f"--window-size={width},{height}", "about:blank"]
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "HOME": self.folder},
        )

    def page_address(self):
        port_file = Path(self.folder, "DevToolsActivePort")
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise BrowserError(f"{chromium.program()} ended at once")
            with contextlib.suppress(OSError, ValueError, IndexError):
                port = int(port_file.read_text().splitlines()[0])
                url = f"http://127.0.0.1:{port}/json/list"
                with urllib.request.urlopen(url, timeout=5) as reply:
                    pages = json.load(reply)
                return next(
                    page["webSocketDebuggerUrl"]
                    for page in pages
                    if page["type"] == "page"
                )
            time.sleep(0.1)
        raise BrowserError("Chromium didn't open its DevTools port")

    def close(self):
        with contextlib.suppress(Exception):
            self.call("Browser.close")
        with contextlib.suppress(Exception):
            self.socket.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- the protocol -----------------------------------------------------------------

    def call(self, method, **parameters):
        number = next(self.numbers)
        self.socket.settimeout(60)
        self.socket.send(
            json.dumps({"id": number, "method": method, "params": parameters})
        )
        while True:
            message = json.loads(self.socket.recv())
            if message.get("id") != number:
                self.notice(message)
            elif "error" in message:
                raise BrowserError(f"{method}: {message['error'].get('message')}")
            else:
                return message["result"]

    def listen(self, seconds):
        """Take in events for a while."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                self.notice(json.loads(self.socket.recv()))
            except websocket.WebSocketTimeoutException:
                return

    def notice(self, message):
        method, data = message.get("method"), message.get("params", {})
        if method == "Network.requestWillBeSent":
            self.request_sent(data)
        elif method in ("Network.loadingFinished", "Network.loadingFailed"):
            self.request_ended(data["requestId"])
        elif method == "Network.responseReceived":
            self.response_received(data["response"])
        elif method == "Page.javascriptDialogOpening":
            self.complaints.append(f"dialog: {data['message']}")
            self.call("Page.handleJavaScriptDialog", accept=True)
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(f"exception: {exception_text(data)}")
        elif method == "Runtime.consoleAPICalled" and data["type"] == "error":
            self.complaints.append(f"console: {arguments_text(data['args'])}")

    def request_sent(self, data):
        """Long polling never ends, so it isn't waited for."""
        url = data["request"]["url"]
        if url.startswith(("data:", "blob:")) or "/websocket" in url:
            return
        if "/longpolling" in url or "/bus/" in url:
            return
        self.pending[data["requestId"]] = url
        self.last_traffic = time.monotonic()

    def request_ended(self, number):
        if self.pending.pop(number, None):
            self.last_traffic = time.monotonic()

    def response_received(self, response):
        if response["status"] >= 400:
            self.complaints.append(f"HTTP {response['status']}: {response['url']}")

    # --- the page ---------------------------------------------------------------------

    def evaluate(self, expression):
        result = self.call(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in result:
            raise BrowserError(exception_text(result))
        return result["result"].get("value")

    def open(self, url):
        result = self.call("Page.navigate", url=url)
        if result.get("errorText"):
            raise BrowserError(f"{url}: {result['errorText']}")

    def wait_for(self, expression, seconds, what):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with contextlib.suppress(BrowserError):
                if value := self.evaluate(expression):
                    return value
            self.listen(0.1)
        raise BrowserError(f"{what} didn't come within {seconds:g} s")

    def is_quiet(self, seconds):
        return not self.pending and time.monotonic() - self.last_traffic > seconds

    def click_at(self, x, y):
        place = {"x": x, "y": y, "button": "left", "clickCount": 1}
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        self.call("Input.dispatchMouseEvent", type="mousePressed", **place)
        self.call("Input.dispatchMouseEvent", type="mouseReleased", **place)

    def move_to(self, x, y):
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def type_text(self, text):
        self.call("Input.insertText", text=text)

    def set_cookie(self, url, name, value):
        self.call("Network.setCookie", url=url, name=name, value=value)

    def png(self, whole=False):
        parameters = {"format": "png", "captureBeyondViewport": whole}
        if whole:
            size = self.call("Page.getLayoutMetrics")["cssContentSize"]
            parameters["clip"] = {"x": 0, "y": 0, "scale": 1} | {
                "width": size["width"],
                "height": size["height"],
            }
        return base64.b64decode(
            self.call("Page.captureScreenshot", **parameters)["data"]
        )


def exception_text(data):
    details = data["exceptionDetails"]
    thrown = details.get("exception", {})
    return thrown.get("description") or thrown.get("value") or details["text"]


def arguments_text(arguments):
    return " ".join(
        str(each.get("value", each.get("description", ""))) for each in arguments
    )
