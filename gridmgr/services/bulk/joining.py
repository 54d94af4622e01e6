"""Pieces of a file that is being routed, joined in their order while later ones are still being made."""

import pyarrow.compute as pc

from gridmgr.services import streams
from gridmgr.services.bulk import parts
from gridmgr.services.streams.targets import arrow_chunks


def side_file_of(target):
    """Return the path of the rows that cannot be read."""
    return target.with_name(f"{target.stem}.rejected.csv")


def join(job, target, tallies, answered):
    """Join the pieces of all parts into the target and, where there are any, those of unreadable rows beside it.

    The target appears last, so where it is, all is.

    Parameters
    ----------
    tallies : dict
        Number → Tally of the parts that are done; those of ``answered`` are added.
    answered : iterable of (int, Tally)
        The other parts, one by one as they are done, in any order.
    """
    pieces = in_order(job, target, tallies, answered)
    streams.joined(target, pieces, parts.target_schema(job.source.schema), job.folder)


def in_order(job, target, tallies, answered):
    """Yield the piece of each part as soon as it and all before it are there; the unreadable rows join at the end."""
    number = 0
    for done, tally in answered:
        tallies[done] = tally
        while number in tallies:
            yield parts.piece_of(job.folder, number)
            number += 1
    for left in range(number, len(job.source.parts)):
        yield parts.piece_of(job.folder, left)
    join_refusals(job, side_file_of(target), tallies)


def join_refusals(job, beside, tallies):
    """Write the unreadable rows of all parts, each with its number in the whole file; no file where there are none."""
    if not any(tally.refused for tally in tallies.values()):
        beside.unlink(missing_ok=True)
        return
    schema = parts.refused_schema(job.source.schema)
    lines = job.folder / "rejected"
    with streams.piece(lines, ".csv", schema) as write:
        before = 0
        for number, tally in sorted(tallies.items()):
            pieces = [parts.refusals_of(job.folder, number)] if tally.refused else []
            for chunk in arrow_chunks(pieces):
                write(chunk.set_column(0, schema.field(0), pc.add(chunk.column(0), before)))
            before += tally.rows
    streams.joined(beside, [lines], schema, job.folder)
