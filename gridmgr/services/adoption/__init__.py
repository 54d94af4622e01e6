"""Adopting cases in bulk: reports and cases of another system come in with their numbers, places and clocks.

::

    file ── rows (sources) ──> words by the mapping (rows) ──> owner by the boundaries of now (placing)
                                                                   │
    reports, cases, first events  <── a batch, a transaction ──────┘   (writing)

A row that cannot be used is told with its reason and holds nobody up. A row whose number came in before is
left as it is, so the same file may be given again, also after an interruption.
"""

import dataclasses
import itertools
import pathlib

from gridmgr import resources
from gridmgr.domain import adoption
from gridmgr.domain.adoption import BROUGHT, CLOCKS, COUNTED, Dictionary
from gridmgr.domain.casework.policy import policy_of
from gridmgr.errors import GridmgrError, Invalid
from gridmgr.i18n import N_
from gridmgr.services import calendars, routing, sheets
from gridmgr.services.adoption import placing, rows, sources, writing
from gridmgr.services.transactions import reading

AT_ONCE = 500
"""Rows in one transaction."""
FOLDER = "adoption"
__all__ = ["BROUGHT", "CLOCKS", "COUNTED", "Adopted", "adopt_file", "mapping"]


@dataclasses.dataclass
class Adopted:
    """What became of a file: counts of rows, those refused as (sheets.Row, error), and the open cases judged.

    ``columns`` are those of the file by field.
    """

    rows: int = 0
    cases: int = 0
    reports: int = 0
    known: int = 0
    refused: list = dataclasses.field(default_factory=list)
    judged: list = dataclasses.field(default_factory=list)
    is_written: bool = False
    calendar: object = None
    columns: dict = dataclasses.field(default_factory=dict)

    @property
    def file_date(self):
        """Return when the last of the open cases was opened: the file cannot be older. None without cases."""
        return max((one.opened for one in self.judged), default=None)


def mapping(name, columns=()):
    """Return the Dictionary called ``name`` in ``layers/adoption``, or that of a file, with ``columns`` over its own.

    Parameters
    ----------
    name : str or None
        Without one every word means itself.
    columns : iterable of (str, str)
        Field and column.

    Raises
    ------
    Invalid
    """
    folder = resources.directory("layers") / FOLDER
    found = Dictionary()
    if name is not None:
        path = folder / f"{name}.toml" if pathlib.PurePath(name).name == name and not name.endswith(".toml") else None
        path = path if path is not None and path.is_file() else pathlib.Path(name)
        if not path.is_file():
            known = ", ".join(sorted(one.name.removesuffix(".toml") for one in folder.iterdir()))
            raise Invalid("There is no mapping {name}: give a TOML file, or one of {known}.", name=name, known=known)
        found = adoption.read_mapping(path.read_text(encoding="utf-8"), path.name)
    told = dict(columns)
    adoption.refuse_unknown("--column", told, tuple(adoption.COLUMNS))
    return dataclasses.replace(found, columns={**found.columns, **told})


def adopt_file(
    engine,
    path,
    *,
    by,
    at,
    words=None,
    crs="wgs84",
    clock=BROUGHT,
    state="dispatched",
    source="import",
    dry_run=False,
    progress=lambda done, total=None: None,
):
    """Take the reports and cases of a file in and return the Adopted.

    Parameters
    ----------
    path : path
        CSV, XLSX, Parquet, GeoJSON or GeoPackage.
    words : Dictionary, optional
        See :func:`mapping`.
    clock : str
        ``brought``: a case keeps the deadline that its row brings; ``counted``: it is counted here, by limit and
        calendar, from when the case was opened. A row that brings none is counted.
    state : str
        Of rows that name none.
    source : str
        Under which the numbers are known: a number of one source comes in once.

    Raises
    ------
    Invalid
        The file cannot be read, or a column that is needed is not there.
    NothingInForce
        There are no boundaries to route to.
    """
    words = words or Dictionary()
    refuse_words(state, source)
    known = routing.knowledge(engine, at=at)
    routing.refuse_without_grids(known)
    table = sources.opened(path, words)
    with reading(engine) as session:
        how = writing.How(known, calendars.calendar(session), policy_of(known.facts.city.settings), by, at, clock)
    done = Adopted(calendar=how.calendar, is_written=not dry_run, columns=table.columns)
    seen = set()
    for some in batched(table.rows):
        placed = []
        for row in some:
            done.rows += 1
            try:
                told = rows.understood(row, words, how, state)
                refuse_twice(row, told, seen)
                placed.append(placing.placed(told, row, how, crs, source))
            except GridmgrError as error:
                done.refused.append((row, error))
        writing.write(engine, placed, how, source, sheets.shown_name(pathlib.Path(path)), done)
        progress(done.rows)
    return done


def batched(some):
    """Yield the rows in tuples of at most ``AT_ONCE``."""
    some = iter(some)
    while batch := tuple(itertools.islice(some, AT_ONCE)):
        yield batch


def refuse_words(state, source):
    """Raise Invalid where the state of rows that name none, or the source, cannot be."""
    adoption.refuse_unknown("--state", (state,), adoption.STATES)
    if not 0 < len(source) <= 32:
        raise Invalid("A source has 1 to 32 characters, not {count}.", count=len(source))


def refuse_twice(row, told, seen):
    """Raise the problem of a row whose number stands in a row before."""
    if told.number in seen:
        raise row.problem("number", N_("{value} stands in a row before already; keep one of them."))
    seen.add(told.number)
