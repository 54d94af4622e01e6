"""Runs the programs of a set-up with their output in one log."""

import subprocess

import stamps

PYTHON = stamps.VENV / "bin" / "python"
LOG = stamps.CACHE / "setup.log"


class StepFailed(Exception):
    """A step of the set-up failed; the message says which and what to do."""


def run(*command, failure, folder=stamps.ROOT):
    """Run a command with its output in the log; raise StepFailed with its last lines when it fails."""
    words = [str(word) for word in command]
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(words)}\n")
        log.flush()
        code = subprocess.run(
            words, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False
        ).returncode
    if code:
        raise StepFailed(f"{failure}\n{last_lines()}")


def pip(command, *options, failure):
    """Run pip in the environment."""
    run(PYTHON, "-m", "pip", command, "--disable-pip-version-check", "--no-input", *options, failure=failure)


def last_lines(number=12):
    """Return the end of the log, indented."""
    lines = LOG.read_text(encoding="utf-8", errors="replace").splitlines()[-number:]
    return "\n".join(f"    {line}" for line in lines)


def works(python):
    """Tell whether ``python`` starts, is new enough and has pip."""
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return python.exists() and subprocess.run([python, "-c", check], capture_output=True, check=False).returncode == 0
