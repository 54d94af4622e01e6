"""How long it takes to say when cases are due, and how much time is left: a page of the queue asks for thousands.

Usage: python -m bench.deadlines. Ten thousand cases begin at random instants of a year, each unit in its turn, with
the holidays of layers/, without a suspension and with two. Processor time, on one core.
"""

import csv
import datetime as dt
import random
import statistics
import time

from bench import table
from bench.table import Figure
from gridmgr import resources
from gridmgr.domain.deadlines import Calendar, Limit, due_at, left

CASES, ROUNDS = 10_000, 5
LIMITS = ("2UH", "4WH", "2WD", "15CD")
BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NOW = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def main():
    """Measure, print and write all of it."""
    options = table.parser(__doc__).parse_args()
    starts = begun(random.Random(1))
    figures = [
        Figure("a calendar's first deadline", median_us(lambda: first(starts[0]), 1), "µs", must=50_000, less=True)
    ]
    calendar = bundled()
    for code in LIMITS:
        limit = Limit.read(code)
        for name, pauses in (("", ()), (", suspended twice", suspensions(starts[0]))):
            figures.append(Figure(f"due_at {code}{name}", due_us(starts, limit, calendar, pauses), "µs", 50, 10, True))
        figures.append(Figure(f"left {code}", left_us(starts, limit, calendar), "µs", 50, 10, True))
    table.show_figures(f"One deadline of {CASES:,}", figures)
    table.write(options.json, "deadlines", figures=figures)


def bundled():
    """Return a new Calendar with the days of layers/calendars.csv."""
    text = (resources.directory("layers") / "calendars.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return Calendar("Asia/Shanghai", days={dt.date.fromisoformat(row["date"]): row["kind"] for row in rows})


def begun(dice):
    """Return the instants at which cases were dispatched."""
    return [BEGIN + dt.timedelta(seconds=dice.randrange(320 * 86_400)) for _ in range(CASES)]


def suspensions(start):
    """Return two suspensions of a day each."""
    return ((start, start + DAY), (start + 30 * DAY, start + 31 * DAY))


def first(start):
    """Ask a new calendar, which has added up no year yet."""
    due_at(start, Limit(1, "work_day"), bundled())


def due_us(starts, limit, calendar, pauses):
    """Return the median time of one deadline; µs."""
    return median_us(lambda: [due_at(start, limit, calendar, pauses) for start in starts], len(starts))


def left_us(starts, limit, calendar):
    """Return the median time of one answer to how much is left; µs."""
    return median_us(lambda: [left(limit, start, NOW, calendar) for start in starts], len(starts))


def median_us(run, calls):
    """Return the median processor time of a call; µs."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        run()
        taken.append(time.process_time() - began)
    return statistics.median(taken) / calls * 1e6


if __name__ == "__main__":
    main()
