"""Tells which package registries cannot be reached, one ``what|how to mend it`` a line.

The addresses are the ones pip and npm are set to on this machine; a registry is
asked only when something is still to be fetched from it. Takes under a second.
"""

import importlib.util
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import sysconfig
import threading
import time
import urllib.parse
import urllib.request

import stamps

PATIENCE = float(
    os.environ.get("GRIDMGR_PATIENCE", "0.8")
)  # seconds for all; one that is merely slow is tried all the same


def main(purpose):
    """Print a line for each registry that is needed and cannot be reached."""
    complaints = []
    threads = [
        threading.Thread(target=lambda each=each: complaints.append(complaint(*each)), daemon=True)
        for each in needed(purpose)
    ]
    deadline = time.monotonic() + PATIENCE
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0, deadline - time.monotonic()))
    print("\n".join(filter(None, complaints)))


def needed(purpose):
    """Yield (name, function that finds the address) of the registries still to be used."""
    if not (stamps.has_packages(purpose) or stamps.has_wheels(purpose)):
        yield "Python packages", pip_address
    if not (stamps.has_assets() or stamps.is_done(*stamps.scripts())) and shutil.which("npm"):
        yield "npm packages", npm_address


def complaint(name, find_address):
    """Return the line that names a registry that cannot be reached, else None."""
    host, port = endpoint(find_address())
    reason = refusal(host, port) if host else None
    return reason and (
        f"The registry of {name} cannot be reached ({host}, port {port}: {reason})."
        "|Connect this machine, or set HTTPS_PROXY, or point pip and npm to a registry that it reaches."
    )


def pip_address():
    """Return the index that pip is set to on this machine, as pip's own help tells it."""
    help_text = output(sys.executable, *pip(), "download", "--help")
    found = re.search(r"\(default\s+(\S+?)\)", help_text)
    return found.group(1) if found else ""


def pip():
    """Return the arguments that run pip: installed, else out of the file that venv installs it from."""
    if importlib.util.find_spec("pip"):
        return ["-m", "pip"]
    folders = [
        sysconfig.get_config_var("WHEEL_PKG_DIR"),
        pathlib.Path(sysconfig.get_path("stdlib"), "ensurepip/_bundled"),
    ]
    bundled = [wheel for folder in folders if folder for wheel in pathlib.Path(folder).glob("pip-*.whl")]
    return [f"{bundled[0]}/pip"] if bundled else ["-m", "pip"]


def npm_address():
    """Return the registry that npm is set to on this machine."""
    return output("npm", "config", "get", "registry").strip()


def output(*command):
    """Return what ``command`` prints."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def endpoint(address):
    """Return (host, port) to ask for ``address``: the proxy's where one is set; (None, None) for a folder."""
    url = urllib.parse.urlsplit(address)
    if url.scheme not in ("http", "https") or not url.hostname:
        return None, None
    proxy = urllib.request.getproxies().get(url.scheme)
    if proxy and not urllib.request.proxy_bypass(url.hostname):
        url = urllib.parse.urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    return url.hostname, url.port or (443 if url.scheme == "https" else 80)


def refusal(host, port):
    """Return why ``host`` refuses or is not found, else None."""
    try:
        socket.create_connection((host, port), timeout=PATIENCE).close()
    except TimeoutError:
        return None
    except OSError as error:
        return error.strerror or str(error)
    return None


if __name__ == "__main__":
    main(sys.argv[1])
