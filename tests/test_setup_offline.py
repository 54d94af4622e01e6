"""A second set-up needs no network: what was fetched once lies in the cache."""

import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[1]
NOWHERE = "http://127.0.0.1:1/"
COPIED = (
    "README.md",
    "LICENSE",
    "pyproject.toml",
    "requirements*.lock",
    "gridmgr",
    "layers",
    "migrations",
    "setup",
    "static",
)


@pytest.fixture
def clone(tmp_path):
    """A copy of the checkout as git would give it, without anything that was installed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *COPIED]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def set_up(clone, monkeypatch):
    """Set the clone up for the demo on a machine whose way to the network refuses."""
    monkeypatch.setenv("GRIDMGR_CACHE", str(ROOT / ".cache"))
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, NOWHERE)
    command = ["sh", str(clone / "setup" / "start.sh"), "demo"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def version(clone):
    """Return what the installed program says of itself, asked from another folder."""
    program = clone / ".venv" / "bin" / "gridmgr"
    return subprocess.run([program, "--version"], cwd="/", capture_output=True, text=True, check=True).stdout


def test_a_fresh_clone_is_set_up_offline_from_the_cache_and_has_nothing_to_do_a_second_time(clone, monkeypatch):
    if not (ROOT / ".cache" / "wheels" / "complete.json").exists():
        pytest.skip("the packages are not in .cache: run the tests with make test")

    first = set_up(clone, monkeypatch)
    second = set_up(clone, monkeypatch)

    assert first.returncode == 0, first.stderr
    assert "Set up in" in first.stdout
    assert version(clone).startswith("gridmgr, version ")
    assert any((clone / "static" / "vendor").iterdir())
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
