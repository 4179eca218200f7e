"""A page that goes on by itself, in a browser without a display: asked over its debugging port."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
SHOWN = (
    "document.body.innerText + '\\n'"
    " + [...document.querySelectorAll('input')].map(i => i.value).join('\\n')"
)


@contextmanager
def live_page(url: str, folder: Path) -> Iterator[Callable[[str, str], str]]:
    """Open a page and give a function that waits until a text is shown, and returns all of it.

    It runs a script first, if it is given one. After two minutes it returns what is shown then.
    """
    profile = folder / "profile"
    flags = (
        "--headless=new", "--no-sandbox", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
        "--remote-debugging-port=0", f"--user-data-dir={profile}",
    )  # fmt: skip
    process = subprocess.Popen([CHROMIUM, *flags, url], stderr=subprocess.DEVNULL)
    try:
        yield lambda text, script="": _shown(_socket_of(profile, url), text, script)
    finally:
        process.terminate()
        process.wait(30)


def _socket_of(profile: Path, url: str) -> str:
    """Return the address at which a page can be asked, once the browser is there."""
    port = profile / "DevToolsActivePort"
    for _ in range(600):
        if port.exists() and (lines := port.read_text().splitlines()):
            with urllib.request.urlopen(f"http://127.0.0.1:{lines[0]}/json", timeout=30) as answer:
                pages = json.load(answer)
            found = [p["webSocketDebuggerUrl"] for p in pages if p["url"].startswith(url)]
            if found:
                return str(found[0])
        time.sleep(0.1)
    raise TimeoutError("no page in the browser")


def _shown(socket: str, text: str, script: str) -> str:
    from websockets.sync.client import connect

    with connect(socket, max_size=None, open_timeout=60) as page:

        def run(expression: str) -> str:
            asked = {"expression": expression, "returnByValue": True, "awaitPromise": True}
            page.send(json.dumps({"id": 1, "method": "Runtime.evaluate", "params": asked}))
            answer = json.loads(page.recv(timeout=120))
            return str(answer.get("result", {}).get("result", {}).get("value", ""))

        said = run(script)
        end = time.monotonic() + 120.0
        while time.monotonic() < end and text not in said:
            said = run(SHOWN)
            time.sleep(0.2)
    return said
