"""When continuous integration counts a run as green."""

import pathlib
import subprocess
import sys

import pytest

VERDICT = pathlib.Path(__file__).parents[1] / ".ci" / "verdict.py"
PASSED = '<testcase classname="tests.test_a" name="test_one"/>'
FAILED = '<testcase classname="tests.test_a" name="test_two"><failure message="no"/></testcase>'
BROKEN = '<testcase classname="tests.test_a" name="test_three"><error message="no"/></testcase>'
SKIPPED = (
    '<testcase classname="tests.test_a" name="test_four"><skipped type="pytest.skip" message="no PostGIS"/></testcase>'
)
EXPECTED = (
    '<testcase classname="tests.test_a" name="test_five"><skipped type="pytest.xfail" message="known"/></testcase>'
)


@pytest.fixture
def verdict(tmp_path):
    """Return a function that judges test cases and exit codes."""

    def judge(*cases, lint=0, tests=0, guard=0, log="===== 1 passed in 2.00s =====\n"):
        suite = f"<testsuites><testsuite>{''.join(cases)}</testsuite></testsuites>"
        (tmp_path / "junit.xml").write_text(suite, encoding="utf-8")
        (tmp_path / "test.log").write_text(log, encoding="utf-8")
        (tmp_path / "guard.log").write_text("ratios\nToo slow: one point is 1.0, its floor 5.0.\n", encoding="utf-8")
        codes = ["--lint", str(lint), "--tests", str(tests), "--guard", str(guard)]
        command = [sys.executable, VERDICT, tmp_path, *codes]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return judge


def test_a_run_in_which_all_passed_is_green_and_ends_with_the_closing_lines(verdict):
    done = verdict(PASSED, EXPECTED)

    assert done.returncode == 0
    assert done.stdout.splitlines()[-2:] == ["===== 1 passed in 2.00s =====", "2 passed, 0 failed, 0 skipped"]


def test_a_skipped_test_fails_the_run_and_is_named_with_its_reason(verdict):
    done = verdict(PASSED, SKIPPED)

    assert done.returncode == 1
    assert "Skipped: tests.test_a.test_four: no PostGIS" in done.stdout
    assert "1 passed, 0 failed, 1 skipped" in done.stdout


@pytest.mark.parametrize("case", [FAILED, BROKEN])
def test_a_failed_test_fails_the_run(verdict, case):
    done = verdict(PASSED, case, tests=2)

    assert done.returncode == 1
    assert "1 passed, 1 failed, 0 skipped" in done.stdout


def test_a_run_without_a_test_is_not_green_even_if_it_ended_well(verdict):
    done = verdict()

    assert done.returncode == 1
    assert "no test ran" in done.stdout


def test_a_run_that_broke_off_before_it_wrote_its_results_is_not_green(tmp_path):
    command = [sys.executable, VERDICT, tmp_path, "--lint", "0", "--tests", "5"]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "make test ended with 5" in done.stdout
    assert "pytest printed no closing line." in done.stdout


def test_passed_tests_with_bad_style_are_not_green(verdict):
    done = verdict(PASSED, lint=2)

    assert done.returncode == 1
    assert "make lint ended with 2" in done.stdout


def test_passed_tests_of_a_locator_that_became_slow_are_not_green(verdict):
    done = verdict(PASSED, guard=1)

    assert done.returncode == 1
    assert "the guard of the speed ended with 1: Too slow: one point is 1.0, its floor 5.0." in done.stdout
    assert "1 passed, 0 failed, 0 skipped" in done.stdout
