"""A headless Chromium, told what to do over its own protocol (https://chromedevtools.github.io/devtools-protocol/)."""

import base64
import itertools
import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from websockets.sync.client import ClientConnection, connect

WIDTH, HEIGHT = 1500, 950
LONGEST_SECONDS = 90


class Tab:
    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._numbers = itertools.count(1)

    def do(self, method: str, **parameters: object) -> dict[str, Any]:
        number = next(self._numbers)
        self._connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            said = json.loads(self._connection.recv(timeout=LONGEST_SECONDS))
            if said.get("id") == number:
                assert "error" not in said, said
                return said["result"]

    def open(self, url: str, words: str) -> str:
        """Goes there, and waits until the page shows these words; all the text it shows."""
        size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": False}
        self.do("Emulation.setDeviceMetricsOverride", **size)
        self.do("Page.navigate", url=url)
        return self._shown(url, words)

    def press(self, label: str, words: str) -> str:
        """Clicks what has this label, and waits until the page shows these words; all the text it shows."""
        labelled = f"[...document.querySelectorAll('*')].filter(e => !e.children.length && e.innerText === '{label}')"
        self.do("Runtime.evaluate", expression=f"{labelled}.at(-1).click()")
        return self._shown(label, words)

    def _shown(self, where: str, words: str) -> str:
        deadline, text = time.monotonic() + LONGEST_SECONDS, ""
        while words not in text:
            assert time.monotonic() < deadline, f"{where} does not show {words!r} but: {text[:2000]}"
            threading.Event().wait(0.5)
            found = self.do("Runtime.evaluate", expression="document.body ? document.body.innerText : ''")
            text = str(found["result"].get("value", ""))
        threading.Event().wait(3)  # until what moves into place has come to rest
        return text

    def picture(self) -> bytes:
        return base64.b64decode(self.do("Page.captureScreenshot", format="png")["data"])


@contextmanager
def chromium(program: str) -> Iterator[Tab]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--no-first-run"]
        process = subprocess.Popen(
            [program, *flags, f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            port = _port(Path(profile) / "DevToolsActivePort", process)
            with urlopen(Request(f"http://127.0.0.1:{port}/json/new", method="PUT"), timeout=30) as answer:
                address = json.load(answer)["webSocketDebuggerUrl"]
            with connect(address, max_size=None, proxy=None) as connection:
                yield Tab(connection)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _port(file: Path, process: subprocess.Popen) -> int:
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if file.exists() and (lines := file.read_text(encoding="utf-8").splitlines()):
            return int(lines[0])
        threading.Event().wait(0.1)
    raise AssertionError(f"chromium did not start: {process.poll()}")
