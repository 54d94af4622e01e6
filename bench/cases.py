"""How long the desk waits: a page of the queue, its filters, and a case, with a million cases on PostGIS and 100,000 in a file.

A demo city of about 600 grids gets that many cases, most of them closed, each with a report and a history of
two steps. Every kind of question is asked many times with other values; what is measured is the service behind
the address, from the call to the answer, so on PostGIS the server's work is in it. ``--plans`` prints how the
database answers.

Usage: python -m bench.cases [--cases N] [--file-cases N] [--open SHARE] [--times N] [--only postgis|file] [--plans]
"""

import contextlib
import datetime as dt
import json
import pathlib
import random
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests"))

import postgresql
from sqlalchemy import event, text

from bench import table
from bench.table import Figure
from gridmgr.services.demo import loading
from gridmgr.services.demo.city import generate
from gridmgr.services.handling import reading
from gridmgr.services.transactions import writing
from gridmgr.store import database

NOW = dt.datetime(2026, 5, 11, 4, tzinfo=dt.UTC)
GRIDS = 600
STATES = ("filed", "dispatched", "handling", "handled", "returned")
MUST_MS = 100
AT_ONCE = 20_000
STEPS = (("open", "", "filed"), ("dispatch", "filed", "dispatched"))
COLUMNS = {
    "report": "id, number, received_at, observed_at, x, y, crs, lon, lat, category_code, description, reporter, source, "
    "grid_id, grid_code, department_code, near_border, coverage_gap, decision, state",
    "cases": "id, number, report_id, category_code, grid_id, department_code, state, filed_at, due_at, closed_at, "
    "condition, time_limit, handler, clock_from, pauses, extensions, returns, rounds, waits_for, history",
    "case_event": 'case_id, number, action, from_state, to_state, "by", role, at, recorded_at, reason, data',
}


def main():
    """Fill both databases, ask every question often, print and write what it took."""
    options = read_arguments()
    figures = []
    with contextlib.ExitStack() as stack:
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        made = generate(now=NOW, grids=GRIDS)
        places = {"postgis": options.cases, "file": options.file_cases}
        for name, count in places.items():
            if options.only not in ("", name):
                continue
            url = stack.enter_context(on_postgis()) if name == "postgis" else f"gpkg:///{folder / 'city.gpkg'}"
            engine = database.create(url, srid=4490)
            with writing(engine) as session:
                loading.load(session, made)
            fill(engine, count, options.open)
            figures += asked(engine, f"{name}, {count:,}", options)
            engine.dispose()
    table.show_figures("The desk", figures)
    table.write(options.json, "cases", figures=figures)


def read_arguments():
    """Return what was asked for on the command line."""
    reader = table.parser(__doc__)
    reader.add_argument("--cases", type=int, default=1_000_000)
    reader.add_argument("--file-cases", type=int, default=100_000)
    reader.add_argument("--open", type=float, default=0.05, help="Share of the cases that are open.")
    reader.add_argument("--times", type=int, default=60, help="How often each question is asked.")
    reader.add_argument("--only", default="", choices=("", "postgis", "file"))
    reader.add_argument("--plans", action="store_true", help="Print how the database answers each question.")
    return reader.parse_args()


@contextlib.contextmanager
def on_postgis():
    """Give the address of a database on a server of the bench's own."""
    programs = postgresql.postgresql_programs()
    server = postgresql.start_server(programs)
    try:
        postgresql.execute(server, "CREATE DATABASE cases")
        yield postgresql.server_url(server, "cases")
    finally:
        postgresql.stop_server(programs, server)


def fill(engine, count, open_share):
    """Put ``count`` cases with reports and histories into a city, and let the server count them."""
    with engine.connect() as connection:
        grids = connection.execute(text(GRIDS_HERE)).all()
        leads = connection.execute(text("SELECT DISTINCT department_code FROM cases ORDER BY 1")).scalars().all()
        first = connection.execute(text("SELECT max(id) + 1 FROM report")).scalar()
    dice = random.Random(1)
    for begin in range(0, count, AT_ONCE):
        rows = [row(first + n, n, grids, leads, open_share, dice) for n in range(begin, min(begin + AT_ONCE, count))]
        put(engine, {"report": [r for r, _ in rows], "cases": [c for _, c in rows], "case_event": steps(rows)})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


GRIDS_HERE = """
SELECT grid_id, code FROM grid_state WHERE level = 'responsibility_grid' AND to_version IS NULL ORDER BY code
"""


def row(number, n, grids, leads, open_share, dice):
    """Return the values of a report and its case."""
    grid_id, code = grids[int(dice.random() ** 2 * len(grids))]
    is_open = dice.random() < open_share
    filed = NOW - dt.timedelta(minutes=dice.uniform(0, 9 * 1440 if is_open else 700 * 1440))
    due = filed + dt.timedelta(minutes=dice.uniform(120, 5 * 1440))
    lon, lat = dice.uniform(119, 120), dice.uniform(39.6, 40.4)
    at, lead = stamp(filed), dice.choice(leads)
    told = (number, f"B{n:012d}", at, at, lon, lat, "wgs84", lon, lat, "06010", "a heap of rubbish", "", "collector")
    told += (grid_id, code, lead, False, False, "{}", "filed")
    state = dice.choice(STATES) if is_open else "closed"
    closed = None if is_open else stamp(filed + dt.timedelta(hours=5))
    waits = dice.choice(("", "", "", "", "urge", "extension")) if is_open else ""
    case = (number, f"9{n:018d}", number, "06010", grid_id, lead, state, at, stamp(due), closed)
    return told, (*case, "any", "4WH", f"h{dice.randrange(400)}", at, "[]", 0, 0, 0, waits, len(STEPS))


def steps(rows):
    """Return the values of the histories of cases."""
    return [
        (case[0], number, action, before, after, "li", "dispatcher", case[7], case[7], "", data_of(case))
        for _, case in rows
        for number, (action, before, after) in enumerate(STEPS, 1)
    ]


def data_of(case):
    """Return what the steps of a case carry, as JSON."""
    return json.dumps({"category": case[3], "condition": case[10], "limit": case[11], "department": case[5]})


def stamp(at):
    """Return an instant as both databases read it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def put(engine, rows):
    """Write rows by the thousand: by COPY on a server."""
    raw = engine.raw_connection()
    try:
        for name, values in rows.items():
            if engine.dialect.name == "postgresql":
                with raw.cursor() as cursor, cursor.copy(f"COPY {name} ({COLUMNS[name]}) FROM STDIN") as copy:
                    for value in values:
                        copy.write_row(value)
            else:
                marks = ", ".join("?" * len(values[0]))
                raw.driver_connection.executemany(f"INSERT INTO {name} ({COLUMNS[name]}) VALUES ({marks})", values)
        raw.commit()
    finally:
        raw.close()


def asked(engine, place, options):
    """Return the Figures of every kind of question."""
    figures = []
    for name, question in questions(engine).items():
        dice = random.Random(2)
        question(dice)
        if options.plans:
            print(f"-- {place}: {name}\n{plan(engine, question, dice)}", flush=True)
        began = time.process_time()
        taken = sorted(timed(question, dice) for _ in range(options.times))
        worked = (time.process_time() - began) * 1000 / options.times
        middle, most = taken[len(taken) // 2], taken[min(int(len(taken) * 0.95), len(taken) - 1)]
        row = f"{place:>20} {name:34} p50 {middle:7.1f} ms   p95 {most:7.1f} ms   processor of this process {worked:6.1f} ms"
        print(row, flush=True)
        figures.append(Figure(f"{place}: {name}, p95", most, "ms", must=MUST_MS, less=True))
        figures.append(Figure(f"{place}: {name}, processor", worked, "ms", less=True))
    return figures


def timed(question, dice):
    """Return the milliseconds that a question took."""
    began = time.perf_counter()
    question(dice)
    return (time.perf_counter() - began) * 1000


def questions(engine):
    """Return the kinds of questions by name; each takes the dice that choose its values."""
    with engine.connect() as connection:
        of_level = {
            level: connection.execute(
                text(f"SELECT code FROM grid_state WHERE level = '{level}' AND to_version IS NULL")
            )
            .scalars()
            .all()
            for level in ("responsibility_grid", "community", "subdistrict", "evaluated_area")
        }
        leads = connection.execute(text("SELECT DISTINCT department_code FROM cases")).scalars().all()
        marks = connection.execute(text(DEEP)).all()
        numbers = connection.execute(text("SELECT number FROM cases ORDER BY number LIMIT 2000")).scalars().all()

    def queue(areas=(), **wanted):
        return reading.queue(engine, reading.Wanted(**wanted), areas=areas, at=NOW)

    def deep(dice):
        due_at, last = dice.choice(marks)
        due_at = dt.datetime.fromisoformat(due_at) if isinstance(due_at, str) else due_at
        return queue(after=(due_at, last))

    in_area = {
        f"of a {level}": lambda dice, codes=codes: queue([dice.choice(codes)])
        for level, codes in of_level.items()
        if codes
    }
    areas = of_level["evaluated_area"] or of_level["community"]
    return {
        "first page": lambda dice: queue(),
        "some page": deep,
        "of a state": lambda dice: queue(states=(dice.choice(STATES),)),
        "of a department": lambda dice: queue(department=dice.choice(leads)),
        "of a department and state": lambda dice: queue(department=dice.choice(leads), states=(dice.choice(STATES),)),
        "of a handler": lambda dice: queue(handler=f"h{dice.randrange(400)}"),
        "urged": lambda dice: queue(waits_for="urge"),
        "due within a day": lambda dice: queue(due_before=NOW + dt.timedelta(days=1)),
        **in_area,
        "of an area, state, department": lambda dice: queue(
            [dice.choice(areas)], department=dice.choice(leads), states=(dice.choice(STATES),)
        ),
        "closed of a community": lambda dice: queue(
            [dice.choice(of_level["community"])], states=("closed",), is_open=False
        ),
        "page of a case": lambda dice: reading.case_page(engine, dice.choice(numbers), at=NOW),
    }


DEEP = "SELECT due_at, id FROM cases WHERE closed_at IS NULL ORDER BY due_at, id LIMIT 500 OFFSET 400"


def plan(engine, question, dice):
    """Return how the database answers the longest statement of a question."""
    seen = []
    listener = event.listen(engine, "before_cursor_execute", lambda c, u, sql, values, *_: seen.append((sql, values)))
    question(dice)
    sql, values = max(seen, key=lambda one: len(one[0]) if "FROM cases" in one[0] else 0)
    del listener
    explain = "EXPLAIN ANALYZE" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(f"{explain} {sql}", values).all()
    return "\n".join(json.dumps(tuple(map(str, one)), ensure_ascii=False) for one in rows)


if __name__ == "__main__":
    main()
