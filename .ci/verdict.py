"""Says whether a run counts as green: tests ran, none failed, none was skipped, and nothing became slow.

The numbers come from the JUnit file that pytest wrote, not from the text it
printed; pytest's own closing lines are repeated last.
"""

import argparse
import pathlib
import re
import sys
import xml.etree.ElementTree

CLOSING = re.compile(r"^=+ .*\bin [\d.]+s\b.*=+$")


def main():
    """Print what stands in the way and the closing lines; end with 1 unless all is green."""
    options = arguments()
    cases = test_cases(options.results / "junit.xml")
    reasons = objections(cases, lint=options.lint, tests=options.tests)
    reasons += slowness(options.results / "guard.log", options.guard)
    print("\n".join(reasons))
    print(closing_line(options.results / "test.log"))
    print(
        f"{len(cases) - len(failed(cases)) - len(skipped(cases))} passed, {len(failed(cases))} failed, {len(skipped(cases))} skipped"
    )
    sys.exit(1 if reasons else 0)


def arguments():
    """Return the folder of results and the exit codes of the three runs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("results", type=pathlib.Path)
    parser.add_argument("--lint", type=int, required=True)
    parser.add_argument("--tests", type=int, required=True)
    parser.add_argument("--guard", type=int, default=0)
    return parser.parse_args()


def test_cases(junit):
    """Return the test cases in ``junit``; none where the run broke off before it was written."""
    try:
        return list(xml.etree.ElementTree.parse(junit).iter("testcase"))
    except (FileNotFoundError, xml.etree.ElementTree.ParseError):
        return []


def objections(cases, *, lint, tests):
    """Return why the run is not green, one sentence each; an empty list when it is."""
    found = [f"Skipped: {name(case)}: {reason(case)}" for case in skipped(cases)]
    if lint:
        found.append(f"Not green: make lint ended with {lint}.")
    if not cases:
        found.append("Not green: no test ran.")
    if tests or failed(cases):
        found.append(f"Not green: make test ended with {tests}, {len(failed(cases))} tests failed.")
    if skipped(cases):
        found.append(f"Not green: {len(skipped(cases))} tests were skipped, and here every test has what it needs.")
    return found


def slowness(log, guard):
    """Return why the guard of the speed lets the run fail: its last line; an empty list when it does not."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    last = next((line for line in reversed(lines) if line), "it printed nothing.")
    return [f"Not green: the guard of the speed ended with {guard}: {last}"] if guard else []


def failed(cases):
    """Return the cases that failed or broke."""
    return [case for case in cases if case.find("failure") is not None or case.find("error") is not None]


def skipped(cases):
    """Return the cases that were skipped; one that is expected to fail has run and does not count."""
    return [case for case in cases if any(mark.get("type") != "pytest.xfail" for mark in case.iter("skipped"))]


def name(case):
    """Return the dotted name of a test case."""
    return f"{case.get('classname')}.{case.get('name')}"


def reason(case):
    """Return why a case was skipped."""
    return case.find("skipped").get("message", "no reason given")


def closing_line(log):
    """Return pytest's last line."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return next((line for line in reversed(lines) if CLOSING.match(line)), "pytest printed no closing line.")


if __name__ == "__main__":
    main()
