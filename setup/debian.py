"""Installs what only the tests need beyond Python: PostGIS, Chromium, Chinese fonts.

As root on Debian it says what it will install and does so; elsewhere it says in
one line which tests will be skipped and why.
"""

import dataclasses
import os
import pathlib
import shutil
import subprocess
import sys


@dataclasses.dataclass(frozen=True)
class Need:
    """A program or its files, the Debian package that brings it, the tests that use it, and what one of shows it is there."""

    package: str
    used_by: str
    patterns: tuple[str, ...]

    def is_there(self):
        """Tell whether the machine has it, however it came there."""
        return any(shutil.which(one) or any(pathlib.Path("/").glob(one)) for one in self.patterns)


BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""Any of them will do; the first is Chromium without windows, which takes half the processor's time."""
NEEDS = (
    Need("postgresql-postgis", "the tests on PostGIS", ("usr/share/postgresql/*/extension/postgis.control",)),
    Need("chromium-headless-shell", "the tests in a browser", BROWSERS),
    Need("fonts-noto-cjk", "the Chinese pages in a browser", ("usr/share/fonts/**/*CJK*",)),
)


def main():
    """Install what is missing, or say what is skipped."""
    missing = [need for need in NEEDS if not need.is_there()]
    if not missing:
        return
    if is_debian() and os.geteuid() == 0:
        install([need.package for need in missing])
    else:
        print(skipped(missing), flush=True)


def is_debian():
    """Tell whether this is Debian itself: its relatives name or pack these differently."""
    release = pathlib.Path("/etc/os-release")
    return release.exists() and "ID=debian" in release.read_text(encoding="utf-8").splitlines()


def skipped(missing):
    """Return the line that names the tests that will be skipped, and what would bring them back."""
    tests = ", ".join(need.used_by for need in missing)
    reason = "this is not root" if is_debian() else "this is not Debian"
    packages = " ".join(need.package for need in missing)
    return f"Skipped: {tests}, as {reason}; with Debian's packages {packages} (or their like) they run."


def install(packages):
    """Install ``packages`` with apt, and end the run if that fails."""
    print(f"Installing with apt, as this is root on Debian: {', '.join(packages)}", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", "--quiet=2", *command], env=quiet, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(
                f"apt-get {command[0]} failed; mend this and run make again:\n{done.stderr.strip() or done.stdout.strip()}"
            )


if __name__ == "__main__":
    main()
