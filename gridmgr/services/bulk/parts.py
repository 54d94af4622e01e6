"""Parts of a file that is being routed: each is answered by itself, once, and kept until all are there.

A part's rows become a piece of the target, its unreadable rows a piece beside it, and a mark
says that both are whole. The same part always gives the same rows, so it does no harm
where two workers answer it: whoever is last puts the same in its place.
"""

import contextlib
import dataclasses
import datetime as dt
import json
import pathlib

import numpy as np
import pyarrow as pa

from gridmgr.services import streams
from gridmgr.services.bulk.answers import ANSWER_TYPES, answer_chunk
from gridmgr.services.bulk.rows import Columns
from gridmgr.services.standing import Fixed, Timeline
from gridmgr.services.streams import GEOMETRY, Source, free_name
from gridmgr.services.streams.targets import appearing, without_shapes

POINT = np.dtype([("order", "u1"), ("kind", "<u4"), ("x", "<f8"), ("y", "<f8")])
"""A point as well-known binary, 21 bytes. Source: OGC 06-103r4, 8.2."""


@dataclasses.dataclass(frozen=True)
class Job:
    """All that it takes to answer any part of a file; goes to another process as it is.

    Attributes
    ----------
    folder : Path
        Where pieces and marks lie.
    suffix : str
        Ending of the target, which tells its format.
    at : datetime
        Instant of the rows, where ``columns.at`` names none.
    language : str
        Of the reasons.
    """

    source: Source
    folder: pathlib.Path
    suffix: str
    timeline: Timeline | Fixed
    columns: Columns
    crs: str
    at: dt.datetime
    language: str


@dataclasses.dataclass(frozen=True)
class Tally:
    """How many rows of a part went where, and how many bytes its pieces have."""

    rows: int = 0
    routed: int = 0
    outside: int = 0
    refused: int = 0
    size: int = 0

    def __add__(self, other):
        """Return both together."""
        return Tally(*(a + b for a, b in zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True)))


def piece_of(folder, number):
    """Return the path of a part's rows."""
    return folder / f"{number:06d}.rows"


def refusals_of(folder, number):
    """Return the path of a part's unreadable rows; it is not there where all could be read."""
    return folder / f"{number:06d}.rejected"


def mark_of(folder, number):
    """Return the path of the mark that a part is whole."""
    return folder / f"{number:06d}.json"


def kept(folder, number):
    """Return the Tally of a part that is whole, None of one that is not."""
    try:
        tally = Tally(**json.loads(mark_of(folder, number).read_text(encoding="utf-8")))
        return tally if size_of(folder, number) == tally.size else None
    except (OSError, ValueError, TypeError):
        return None


def size_of(folder, number):
    """Return how many bytes the pieces of a part have together."""
    beside = refusals_of(folder, number)
    return piece_of(folder, number).stat().st_size + (beside.stat().st_size if beside.exists() else 0)


def answer_part(job, number, moved=lambda rows: None):
    """Answer one part, write its pieces and its mark, and return its Tally.

    Parameters
    ----------
    moved : callable
        Takes the number of rows of each chunk that is done; what it raises stops the part.
    """
    piece, beside = piece_of(job.folder, number), refusals_of(job.folder, number)
    tally = Tally()
    with contextlib.ExitStack() as files:
        write = files.enter_context(streams.piece(piece, job.suffix, target_schema(job.source.schema)))
        reject = None
        for chunk in streams.chunks(job.source, number, coded=filter(None, [job.columns.category])):
            answers = answer_chunk(job.timeline, chunk, job.columns, crs=job.crs, at=job.at)
            write(with_answers(chunk, answers))
            if answers.refused:
                reject = reject or files.enter_context(
                    streams.piece(beside, ".arrow", refused_schema(job.source.schema))
                )
                reject(with_reasons(chunk, answers.refused, tally.rows, job.language))
            tally += counted(answers, len(chunk))
            moved(len(chunk))
    tally = dataclasses.replace(tally, size=size_of(job.folder, number))
    with appearing(mark_of(job.folder, number)) as mark:
        mark.write_text(json.dumps(dataclasses.asdict(tally)), encoding="utf-8")
    return tally


def counted(answers, rows):
    """Return the Tally of a chunk of so many rows."""
    outside = answers.columns.column("outside").to_numpy().astype(bool).sum()
    return Tally(rows, len(answers.rows) - int(outside), int(outside), len(answers.refused))


def target_schema(schema):
    """Return the schema of the target of a file with ``schema``; its texts are plain, however they are written."""
    empty = {name: pa.array([], kind) for name, kind in ANSWER_TYPES.items()}
    return with_columns(schema.empty_table(), pa.table(empty)).schema


def with_answers(chunk, answers):
    """Return the answered rows of ``chunk`` with the columns of their answers, and with the position as their shape."""
    whole = len(answers.rows) == len(chunk)
    return with_columns(chunk if whole else chunk.take(pa.array(answers.rows)), answers.columns)


def with_columns(chunk, answers):
    """Return ``chunk`` with the columns of the answers, and with the position as its shape."""
    for name in ANSWER_TYPES:
        chunk = chunk.append_column(own_name(name, chunk.column_names), answers.column(name))
    shapes = points(answers.column("routed_lon").to_numpy(), answers.column("routed_lat").to_numpy())
    return without_shapes(chunk).append_column(GEOMETRY, shapes)


def points(lons, lats):
    """Return positions as an Arrow array of points in well-known binary."""
    found = np.empty(len(lons), POINT)
    found["order"], found["kind"], found["x"], found["y"] = 1, 1, lons, lats
    offsets = np.arange(len(lons) + 1, dtype=np.int32) * POINT.itemsize
    return pa.Array.from_buffers(pa.binary(), len(lons), [None, pa.py_buffer(offsets), pa.py_buffer(found)])


def with_reasons(chunk, refused, before, language):
    """Return refused rows with their number in the part and the reason in front; ``before`` rows came earlier."""
    rows = pa.array([row for row, _ in refused], pa.int64())
    numbers = pa.array([before + row + 1 for row, _ in refused], pa.int64())
    reasons = pa.array([error.say(language) for _, error in refused], pa.string())
    chunk = without_shapes(chunk.take(rows))
    number, reason = (own_name(name, chunk.column_names) for name in ("row", "reason"))
    return chunk.add_column(0, reason, reasons).add_column(0, number, numbers)


def refused_schema(schema):
    """Return the schema of the refused rows of a file with ``schema``."""
    return with_reasons(schema.empty_table(), [], 0, "en").schema


def own_name(name, names):
    """Return the name of a column that the routing adds: marked, and numbered, where the file has it already."""
    return free_name(f"{name}_routed" if name in names else name, names)
