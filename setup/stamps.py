"""What is installed here already, and from which files.

A stamp is the fingerprint of the files that a step was carried out from, kept
inside what the step made: delete that, and the stamp is gone with it.
"""

import hashlib
import json
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STATIC = ROOT / "static"
CACHE = pathlib.Path(os.environ.get("GRIDMGR_CACHE") or ROOT / ".cache")
WHEELS = CACHE / "wheels"
NPM = CACHE / "npm"
LOCKS = {"demo": "requirements.lock", "test": "requirements-dev.lock", "node": "requirements-node.lock"}
INCLUDED_IN = {"demo": ("demo", "test"), "test": ("test",), "node": ("node",)}


def fingerprint(*files):
    """Return one hash over the contents of ``files``; a missing file counts as empty."""
    contents = (file.read_bytes() if file.exists() else b"" for file in files)
    return hashlib.sha256(b"\0".join(contents)).hexdigest()


def read(stamp):
    """Return the fingerprints stored in the file ``stamp``, by step."""
    try:
        return json.loads(stamp.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def put(stamp, step, value):
    """Store that ``step`` was carried out from files with the fingerprint ``value``."""
    stamp.write_text(json.dumps(read(stamp) | {step: value}, indent=1), encoding="utf-8")


def packages(purpose):
    """Return (stamp file, step, fingerprint) of the Python packages for ``purpose``.

    A virtual environment holds its own path, so a checkout that was moved needs a new one.
    """
    return VENV / "installed.json", purpose, fingerprint(ROOT / LOCKS[purpose]) + str(ROOT)


def program():
    """Return (stamp file, step, fingerprint) of the program itself, installed to be edited in place."""
    return VENV / "installed.json", "program", fingerprint(ROOT / "pyproject.toml") + str(ROOT)


def wheels(purpose):
    """Return (stamp file, step, fingerprint) of the downloaded packages for ``purpose``."""
    version = "{}.{} {}".format(*sys.version_info[:2], sys.platform)
    return WHEELS / "complete.json", purpose, fingerprint(ROOT / LOCKS[purpose]) + version


def scripts():
    """Return (stamp file, step, fingerprint) of the downloaded scripts of the pages."""
    return NPM / "complete.json", "scripts", fingerprint(STATIC / "package-lock.json")


def assets():
    """Return (stamp file, step, fingerprint) of the scripts of the pages, installed."""
    files = [STATIC / name for name in ("package.json", "package-lock.json", "vendor.mjs")]
    return STATIC / "node_modules" / "installed.json", "assets", fingerprint(*files)


def is_done(stamp, step, value):
    """Tell whether ``step`` was carried out from the files as they are now."""
    return read(stamp).get(step) == value


def has_packages(purpose):
    """Tell whether the packages for ``purpose`` are installed; the tests' include the program's."""
    return any(is_done(*packages(each)) for each in INCLUDED_IN[purpose])


def has_wheels(purpose):
    """Tell whether the packages for ``purpose`` lie in the local folder of wheels."""
    return any(is_done(*wheels(each)) for each in INCLUDED_IN[purpose])


def has_assets():
    """Tell whether the scripts of the pages are installed."""
    return is_done(*assets()) and (STATIC / "vendor").is_dir()


def is_installed(purpose):
    """Tell whether nothing is left to do for ``purpose``."""
    return has_packages(purpose) and is_done(*program()) and has_assets()


if __name__ == "__main__":
    sys.exit(not is_installed(sys.argv[1]))
