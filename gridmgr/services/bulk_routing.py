"""Routing of whole files: every row gets its owner, a row that cannot be routed its reason."""

import dataclasses
import pathlib
import time

import pyarrow as pa
import shapely

from gridmgr.errors import Invalid
from gridmgr.services import routing, streams
from gridmgr.services.bulk_answers import ANSWER_TYPES, Timeline, answer_chunk
from gridmgr.services.bulk_rows import Columns, find_columns
from gridmgr.services.streams.sources import GEOMETRY, free_name
from gridmgr.services.streams.targets import without_shapes
from gridmgr.store import backups

__all__ = ["Columns", "Outcome", "Timeline", "route_file"]


@dataclasses.dataclass
class Outcome:
    """How many rows went where, in how many seconds; ``side_file`` holds those that could not be read."""

    rows: int = 0
    routed: int = 0
    outside: int = 0
    refused: int = 0
    seconds: float = 0.0
    side_file: pathlib.Path | None = None

    @property
    def rate(self):
        """Return rows per second."""
        return self.rows / self.seconds if self.seconds else 0.0


def route_file(
    engine,
    known,
    source,
    target,
    *,
    columns,
    crs=None,
    at,
    is_draft=False,
    language="en",
    progress=lambda done, total: None,
):
    """Route every row of ``source`` into ``target`` and return the Outcome.

    Rows with an unreadable position, time or category go, with the reason, to
    ``<target>.rejected.csv``; the run never stops for them. Both files appear
    whole or not at all.

    Parameters
    ----------
    columns : Columns
    crs : str, optional
        What the positions are in; without it what the file declares, else WGS 84.
    at : datetime
        Instant of the rows, where ``columns.at`` names none.
    is_draft : bool
        Keep to ``known`` whatever the instant of a row.
    language : str
        Of the reasons.
    progress : callable
        Takes rows done and rows in all (None if unknown; of a CSV the lines).

    Raises
    ------
    Invalid
        A file cannot be read or written, or a column is not there.
    NothingInForce
        There are no grids to route to.
    """
    began = time.monotonic()
    target, outcome = pathlib.Path(target), Outcome()
    beside = target.with_name(f"{target.stem}.rejected.csv")
    refuse_overwriting(source, target, beside)
    routing.refuse_without_grids(known)
    timeline = Timeline(engine, known, is_fixed=is_draft)
    with (
        streams.reading(source) as rows_in,
        streams.writing(target) as write,
        streams.writing(beside) as reject,
    ):
        for chunk in rows_in.chunks:
            found = find_columns(chunk.column_names, columns, source)
            declared = rows_in.crs if found.lon is None else None
            answers = answer_chunk(timeline, chunk, found, crs=crs or declared or "wgs84", at=at)
            write_answers(answers, chunk, outcome, write=write, reject=reject, language=language)
            progress(outcome.rows, rows_in.total)
    if outcome.refused:
        outcome.side_file = beside
    else:
        beside.unlink(missing_ok=True)
    outcome.seconds = time.monotonic() - began
    return outcome


def refuse_overwriting(source, target, beside):
    """Raise Invalid where a file that is to be written is the one that is read, or a city."""
    backups.refuse_city(target)
    here = pathlib.Path(source).resolve()
    if target.resolve() == here:
        raise Invalid("{file} is the file that is read: name another one for the answers.", file=target)
    if beside.resolve() == here:
        raise Invalid(
            "The rows that cannot be read would go into {file}, which is the file that is read: "
            "name another one for the answers.",
            file=beside,
        )


def write_answers(answers, chunk, outcome, *, write, reject, language):
    """Write the rows of a chunk with their answers, and those without one to the side."""
    outside = answers.columns.column("outside").to_pylist()
    reasons = [(outcome.rows + place + 1, error.say(language)) for place, error in answers.refused]
    outcome.rows += len(chunk)
    outcome.routed += outside.count(False)
    outcome.outside += outside.count(True)
    outcome.refused += len(reasons)
    write(with_answers(chunk.take(pa.array(answers.rows)), answers.columns))
    if reasons:
        refused = [place for place, _ in answers.refused]
        reject(with_reasons(chunk.take(pa.array(refused, pa.int64())), reasons))


def with_answers(chunk, answers):
    """Return ``chunk`` with the columns of the answers, and with the position as its shape."""
    for name in ANSWER_TYPES:
        chunk = chunk.append_column(own_name(name, chunk.column_names), answers.column(name))
    points = shapely.points(answers.column("routed_lon").to_numpy(), answers.column("routed_lat").to_numpy())
    shapes = pa.array(list(shapely.to_wkb(points)), pa.binary())
    return without_shapes(chunk).append_column(GEOMETRY, shapes)


def with_reasons(chunk, reasons):
    """Return refused rows with their number in the file and the reason in front."""
    chunk = without_shapes(chunk)
    numbers, texts = zip(*reasons, strict=True)
    number, reason = (own_name(name, chunk.column_names) for name in ("row", "reason"))
    return chunk.add_column(0, reason, pa.array(texts)).add_column(0, number, pa.array(numbers))


def own_name(name, names):
    """Return the name of a column that the routing adds: marked, and numbered, where the file has it already."""
    return free_name(f"{name}_routed" if name in names else name, names)
