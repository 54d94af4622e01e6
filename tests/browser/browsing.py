"""A served city, one Chromium for the whole run, and pages that are watched."""

import contextlib
import dataclasses
import os
import pathlib
import queue
import shutil
import subprocess
import sys
import threading
import urllib.parse

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""What a Chromium is called, the one without windows first: it draws the same for half the processor's time."""
SERVED_WITHIN_S = 60
SETTLED_WITHIN_MS = 60_000
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
SERVE = """
import datetime as dt, functools, sys
from gridmgr import config
from gridmgr.web import app
from gridmgr.web.serving import certificates, server

begun, shown = dt.datetime.now(dt.UTC), dt.datetime.fromisoformat(sys.argv[1])
server.create_app = functools.partial(app.create_app, clock=lambda: shown + (dt.datetime.now(dt.UTC) - begun))
server.serve(config.load(), port=0, tls=certificates.read_tls(*(sys.argv[2:] or (None, None))))
"""
TELL_VIOLATIONS = """
    document.addEventListener("securitypolicyviolation", (event) =>
        console.error(`securitypolicyviolation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


@dataclasses.dataclass(frozen=True)
class Look:
    """What a reader sees a page with."""

    width: int = 1440
    height: int = 900
    theme: str = "light"
    language: str = "zh"

    def __str__(self):
        return f"{self.width}-{self.theme}-{self.language}"


DESK, HAND = (1440, 900), (390, 844)
EVERY_LOOK = [
    Look(*size, theme, language) for size in (DESK, HAND) for theme in ("light", "dark") for language in ("zh", "en")
]
PAIRED_LOOKS = [
    Look(*DESK, "light", "zh"),
    Look(*DESK, "dark", "en"),
    Look(*HAND, "light", "en"),
    Look(*HAND, "dark", "zh"),
]
"""Every two of size, theme and language meet once in these."""
LOOKS = EVERY_LOOK if os.environ.get("GRIDMGR_EVERY_LOOK") else PAIRED_LOOKS
"""What a page is looked at with; by night, with GRIDMGR_EVERY_LOOK=1, all eight."""


def executable():
    """Return the path of a Chromium on this machine, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextlib.contextmanager
def chromium(path, *more):
    """Run one headless Chromium, with ``more`` arguments; give its playwright Browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, headless=True, args=[*ARGUMENTS, *more])
        yield browser
        browser.close()


@contextlib.contextmanager
def served(city, folder, *, at, tls=()):
    """Serve a copy of the city file ``city`` by the real server; give the address.

    Parameters
    ----------
    city : Path
        A city file; it is left as it is.
    folder : Path
        Where the copy and the server's data lie.
    at : datetime
        What the server's clock shows as it starts; aware.
    tls : (Path, Path), optional
        Certificate and key; without them over http.
    """
    copy = pathlib.Path(shutil.copyfile(city, folder / "served.gpkg"))
    environ = {**os.environ, "GRIDMGR_DATABASE_URL": str(copy), "GRIDMGR_DATA": str(folder / "data")}
    command = [sys.executable, "-c", SERVE, at.isoformat(), *map(str, tls)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environ)
    try:
        yield address(server)
    finally:
        stop(server)


def stop(server):
    """End the server, in good order if it can."""
    server.terminate()
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    server.stdout.close()


def address(server):
    """Return the address the server prints; what it prints later is read too, so that it never waits for us."""
    lines = queue.Queue()
    threading.Thread(target=read, args=[server.stdout, lines], daemon=True).start()
    said = []
    while True:
        try:
            line = lines.get(timeout=SERVED_WITHIN_S)
        except queue.Empty:
            raise AssertionError(f"The server did not answer in {SERVED_WITHIN_S} s: {''.join(said)}") from None
        if line is None:
            raise AssertionError(f"The server ended: {''.join(said)}")
        said.append(line)
        if line.startswith("Serving on "):
            return line.split()[-1]


def read(stream, lines):
    """Put each line of ``stream`` into ``lines``, then None."""
    with contextlib.suppress(ValueError):
        for line in stream:
            lines.put(line)
    lines.put(None)


class Watch:
    """What a page did that no page of ours may do; ``expect`` names what a test provokes."""

    def __init__(self, host):
        self.host = host
        self.expected = []
        self.seen = []

    def expect(self, words):
        """Let problems that hold ``words`` pass."""
        self.expected.append(words)

    def problems(self):
        """Return what was seen and not expected."""
        return [one for one in self.seen if not any(words in one for words in self.expected)]

    def follow(self, page):
        """Watch a page from now on."""
        page.on("request", lambda request: self.address_asked(request.url))
        page.on("websocket", lambda socket: self.address_asked(socket.url))
        page.on("console", self.said)
        page.on("pageerror", lambda error: self.seen.append(f"page error: {error.stack or error.message}"))

    def address_asked(self, url):
        """Note a request that leaves our server."""
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self.seen.append(f"off-host request: {url}")

    def said(self, message):
        """Note a console message that is more than information."""
        if message.type in ("error", "warning", "assert"):
            where = message.location
            self.seen.append(f"console {message.type}: {message.text} ({where.get('url')}:{where.get('lineNumber')})")


def reader(browser, address, look):
    """Return a new browser context in which relative addresses are those of ``address``."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.theme,
        locale="zh-CN" if look.language == "zh" else "en-GB",
        timezone_id="Europe/Lisbon",
        reduced_motion="reduce",
    )
    context.set_default_timeout(SETTLED_WITHIN_MS)
    context.add_init_script(TELL_VIOLATIONS)
    return context


def watched(context, address):
    """Return the Watch over every page that ``context`` opens."""
    watch = Watch(urllib.parse.urlsplit(address).netloc)
    context.on("page", watch.follow)
    return watch


def until(page, holds, within_s=SETTLED_WITHIN_MS // 1000):
    """Wait until ``holds()``; fail with what the page says where it does not within that time."""
    for _ in range(within_s * 20):
        if holds():
            return
        page.wait_for_timeout(50)
    assert holds(), f"not within {within_s} s: {page.url} says {page.inner_text('body')}"
