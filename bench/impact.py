"""What a draft does to a city with a million cases: the replay, the load after an edit, and a proposal.

Usage: python -m bench.impact [--rows 1000000] [--edits 40] [--no-server]. The demo city (some 2,400 responsibility
grids and 9,000 unit grids) is built into a folder that is thrown away, its reports are multiplied, once in the city
file and once on a private PostGIS server, and a draft is begun that hands unit grids over. The replay routes every
report twice, with the draft and with the version then in force, and counts by grid and by person. "First" is
a process that knows nothing yet, "again" the same process a second time.
"""

import argparse
import contextlib
import datetime as dt
import pathlib
import statistics
import sys
import tempfile
import time

import sqlalchemy

from bench import postgis, table
from bench.table import Figure
from gridmgr.services import drafts, replaying
from gridmgr.services.demo import tour
from gridmgr.services.drafting import editing
from gridmgr.services.impact import accounting, loading, proposing, replays
from gridmgr.services.transactions import reading
from gridmgr.store import database
from gridmgr.store import drafts as draft_rows

NOW = dt.datetime(2026, 5, 4, 4, tzinfo=dt.UTC)
DRAFTED = {"by": "bench", "at": NOW}
MONTHS = 60
DECISION_BYTES = 1400
"""About what a stored decision takes; the demo city's reports have none, which would make the table too easy to read."""
LATER = {
    "geopackage": "strftime('%Y-%m-%dT%H:%M:%fZ', {name}, '-' || {turn} || ' minutes')",
    "postgresql": "{name} - {turn} * INTERVAL '1 minute'",
}
FILLER = {"geopackage": "json_object('filler', hex(zeroblob({half})))", "postgresql": "jsonb_build_object('filler', repeat('0', {whole}))"}  # fmt: skip
TURNS = {
    "geopackage": "WITH RECURSIVE turns (turn) AS (SELECT 1 UNION ALL SELECT turn + 1 FROM turns WHERE turn < {count})",
    "postgresql": "WITH turns AS (SELECT turn FROM generate_series(1, {count}) AS turn)",
}


def multiply(engine, rows):
    """Repeat the reports of a city until there are about ``rows``; each a minute earlier and a little beside."""
    name = engine.dialect.name
    with database.session(engine, write=True) as session:
        there = session.scalar(sqlalchemy.text("SELECT count(*) FROM report"))
        columns = [column["name"] for column in sqlalchemy.inspect(session.connection()).get_columns("report")]
        others = [column for column in columns if column != "id"]
        values = ", ".join(value_of(name, column) for column in others)
        turns = TURNS[name].format(count=round(rows / there) - 1)
        source = f"SELECT {values} FROM report CROSS JOIN turns"
        put = f"INSERT INTO report ({', '.join(others)}) "
        session.execute(
            sqlalchemy.text(f"{turns} {put} {source}" if name == "postgresql" else f"{put} {turns} {source}")
        )
    return there


def value_of(name, column):
    """Return the expression of one column of a repeated report."""
    if column == "number":
        return "number || '-' || turn"
    if column in ("received_at", "observed_at"):
        return LATER[name].format(name=column, turn="turn")
    if column in ("lon", "lat"):
        return f"{column} + (turn % 1000) * 0.000000001"
    if column == "decision":
        return FILLER[name].format(half=DECISION_BYTES // 2, whole=DECISION_BYTES)
    return "NULL" if column == "idempotency_key" else column


def draft_of(engine, count):
    """Begin a draft that hands over unit grids, by proposals for the largest communities; return its id and seconds by edit."""
    made = drafts.begin(engine, "bench", reason="", **DRAFTED).id
    with reading(engine) as session:
        bounds = draft_rows.boundaries(session, made)
    owners = {}
    for code in bounds.at_level("unit_grid"):
        owner = bounds.grids[code].parent_code
        owners.setdefault(bounds.grids[owner].parent_code, set()).add(owner)
    communities = sorted(owners, key=lambda code: (-len(owners[code]), code))
    spent = {"edit": [], "load": [], "account": [], "proposal": []}
    loading.load(engine, made, at=NOW)
    accounting.account(engine, made, at=NOW, months=MONTHS)
    for community in communities:
        found = timed(spent["proposal"], lambda c=community: proposing.propose(engine, made, grids=[c], at=NOW))
        for step in found.steps[: count - len(spent["edit"])]:
            timed(spent["edit"], lambda one=step: editing.make(engine, made, [(one.edit, "")], **DRAFTED))
            timed(spent["load"], lambda: loading.load(engine, made, at=NOW))
            timed(spent["account"], lambda: accounting.account(engine, made, at=NOW, months=MONTHS))
        if len(spent["edit"]) >= count:
            break
    return made, spent


def timed(into, run):
    """Return what a call gives, and add its seconds to a list."""
    began = time.perf_counter()
    found = run()
    into.append(time.perf_counter() - began)
    return found


def replayed(engine, draft, rows):
    """Return the seconds of a first and of a second replay, the processor's share of each, and the Changes."""
    spent, tally, busy = [], None, []
    for _ in range(2):
        began = time.process_time()
        tally = replays.Tally()

        def run(look=tally.look):
            asked = replaying.replay(engine, draft=draft, at=NOW, beside="in_force")
            return replaying.replayed(asked, look=look)

        changes = timed(spent, run)
        busy.append(time.process_time() - began)
    assert changes.reports >= rows * 0.95, changes
    assert 0 < changes.grid < changes.reports, changes
    moved = sum(count for (before, after), count in tally.pairs["grid"].items() if before != after)
    assert moved == changes.grid
    return spent, busy, changes


def measure(name, url, rows, edits):
    """Return the Figures of one database."""
    engine = database.connect(url)
    draft, spent = draft_of(engine, edits)
    engine.dispose()
    engine = database.connect(url)
    (first, again), busy, changes = replayed(engine, draft, rows)
    engine.dispose()
    print(
        f"{name}: {changes.reports:,} cases replayed, {changes.grid:,} go to another grid; {len(spent['edit'])} edits"
    )
    return [
        Figure(f"replay, first, {name}", first, "s", must=10, less=True),
        Figure(f"replay, again, {name}", again, "s", must=10, less=True),
        *(
            Figure(f"replay, {turn}, processor time, {name}", part, "s", less=True)
            for turn, part in zip(("first", "again"), busy, strict=True)
        ),
        *(
            Figure(f"{what}, {part}, {name}", 1000 * take(spent[kind]), "ms", less=True)
            for kind, what in (
                ("load", "load after an edit"),
                ("account", "impact after an edit"),
                ("proposal", "proposal"),
            )
            for part, take in (("median", statistics.median), ("95 %", upper))
        ),
    ]


def upper(values):
    """Return the 95th percentile of some values."""
    return sorted(values)[min(round(0.95 * len(values)), len(values) - 1)]


@contextlib.contextmanager
def server():
    """Give the address of an empty database on a private server, None where there is none."""
    sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "tests"))
    with postgis.connection() as connected:
        if connected is None:
            yield None
            return
        connected.execute("CREATE DATABASE bench")
        yield f"postgresql+psycopg://gridmgr@/bench?host={connected.info.host}"


def build(url, rows):
    """Build the demo city and multiply its reports."""
    tour.build(url, at=NOW, step=lambda *_, **__: None, seed=1, grids=None, unit_grids=None)
    engine = database.connect(url)
    multiply(engine, rows)
    if engine.dialect.name == "postgresql":  # As a server does by itself, which the private one is told not to.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE report")
    engine.dispose()


def arguments():
    """Return how many cases and edits, and whether the server is measured too."""
    reader = table.parser(__doc__)
    reader.add_argument("--rows", type=int, default=1_000_000)
    reader.add_argument("--edits", type=int, default=40)
    reader.add_argument("--server", action=argparse.BooleanOptionalAction, default=True)
    return reader.parse_args()


def main():
    """Measure the file and, where there is one, the server; print and write the Figures."""
    options = arguments()
    figures = []
    with tempfile.TemporaryDirectory() as scratch:
        url = f"gpkg:///{scratch}/city.gpkg"
        build(url, options.rows)
        figures += measure("city file", url, options.rows, options.edits)
    if options.server:
        with server() as url:
            if url is not None:
                build(url, options.rows)
                figures += measure("PostGIS", url, options.rows, options.edits)
    table.show_figures("What a draft does, with a million cases", figures)
    table.write(options.json, "impact", figures=figures)


if __name__ == "__main__":
    main()
