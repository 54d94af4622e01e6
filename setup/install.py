"""Installs what ``make demo`` and ``make test`` need into this checkout, and says how far it is.

Each step leaves a stamp, so that a second run has nothing to do and a run that
was broken off goes on where it stopped. Run through ``start.sh``, which first
looks for what the machine lacks.
"""

import argparse
import sys
import time

import steps
from commands import LOG, StepFailed
from progress import Progress


def main():
    """Carry out the steps that are still to be done."""
    options = arguments()
    LOG.parent.mkdir(parents=True, exist_ok=True)
    LOG.write_text("", encoding="utf-8")
    try:
        install(options.purpose, fetch_node=options.node == "fetch")
    except StepFailed as failure:
        sys.exit(f"{failure}\nThe whole output is in {LOG}. What is done is kept: mend this and run make again.")


def arguments():
    """Return what to install, and whether Node has to be fetched."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("purpose", choices=["demo", "test"])
    parser.add_argument("--node", choices=["own", "fetch"], default="own")
    return parser.parse_args()


def install(purpose, *, fetch_node):
    """Carry out what is left of the plan, one line of progress a step."""
    started = time.monotonic()
    to_do = [step for step in steps.plan(purpose, fetch_node=fetch_node) if not step.is_done()]
    for number, step in enumerate(to_do, start=1):
        with Progress(f"[{number}/{len(to_do)}] {step.title}", step.how_many, step.total):
            step.work()
    print(f"Set up in {time.monotonic() - started:.0f} s.", flush=True)


if __name__ == "__main__":
    main()
