"""Routing of whole files: every row gets its owner, a row that cannot be routed its reason.

::

    source ──> part 0, part 1, …   ──>  answered by threads here, or by a Dask cluster
                                              │  pieces and marks in a folder beside the target
    target <── joined, in order    <──────────┘  (joining)
    target.rejected.csv <── the rows that could not be read, with the reason
"""

import contextlib
import dataclasses
import pathlib
import time

from gridmgr.domain import times
from gridmgr.errors import Invalid
from gridmgr.services import routing, streams
from gridmgr.services.bulk import folders, joining, threads
from gridmgr.services.bulk import parts as bulk_parts
from gridmgr.services.bulk.parts import Job, Tally
from gridmgr.services.bulk.rows import Columns, find_columns
from gridmgr.services.routing import asking
from gridmgr.services.standing import Fixed
from gridmgr.services.streams.targets import refuse_no_folder
from gridmgr.store import backups

__all__ = ["Columns", "Outcome", "route_file"]


@dataclasses.dataclass
class Outcome:
    """How many rows went where, in how many seconds; ``side_file`` holds those that could not be read.

    ``earlier`` of the rows were answered by a run that was interrupted.
    """

    rows: int = 0
    routed: int = 0
    outside: int = 0
    refused: int = 0
    earlier: int = 0
    seconds: float = 0.0
    side_file: pathlib.Path | None = None

    @property
    def rate(self):
        """Return rows per second of this run."""
        return (self.rows - self.earlier) / self.seconds if self.seconds else 0.0


def route_file(
    engine,
    known,
    source,
    target,
    *,
    columns,
    crs=None,
    at,
    is_now=False,
    is_draft=False,
    language="en",
    anew=False,
    run=threads.run,
    progress=lambda done, total: None,
    step=lambda text, **fields: None,
):
    """Route every row of ``source`` into ``target`` and return the Outcome.

    Rows with an unreadable position, time or category go, with the reason, to
    ``<target>.rejected.csv``; the run never stops for them. Both files appear
    whole or not at all. A run that was interrupted goes on where it stopped when it
    is started again with the same file, question and state of the city. All rows are
    answered from one state of the city: from that of the beginning, whatever changes
    meanwhile, and all anew where another copy of the city is put back.

    Parameters
    ----------
    columns : Columns
    crs : str, optional
        What the positions are in; without it what the file declares, else WGS 84.
    at : datetime
        Instant of the rows, where ``columns.at`` names none.
    is_now : bool
        Nobody said that instant: an interrupted run goes on with its own.
    is_draft : bool
        Keep to ``known`` whatever the instant of a row.
    language : str
        Of the reasons.
    anew : bool
        Do not go on with an interrupted run.
    run : callable
        ``run(job, numbers, moved)`` answers parts, wherever, and yields number and Tally of each.
    progress : callable
        Takes rows done and rows in all (None if unknown; of a CSV the lines).
    step : callable
        Takes a sentence about how the run begins, and its fields.

    Raises
    ------
    Invalid
        A file cannot be read or written, or a column is not there.
    NothingInForce
        There are no grids to route to.
    RunGoesOn
        Another run is writing the same target.
    """
    began = time.monotonic()
    target = pathlib.Path(target)
    refuse_overwriting(source, target)
    refuse_no_folder(target)
    question = {"columns": columns, "crs": crs, "at": at, "is_now": is_now, "is_draft": is_draft, "language": language}
    how = {"anew": anew, "run": run, "progress": progress, "step": step}
    outcome = asking.from_one_state(
        lambda: routed(timeline_of(engine, known, at, is_draft=is_draft), source, target, **question, **how)
    )
    outcome.seconds = time.monotonic() - began
    return outcome


def timeline_of(engine, known, at, *, is_draft):
    """Return the Timeline of a run: of one state of the city, or of ``known`` alone where that is a draft."""
    if not (is_draft or known.is_unpublished):
        timeline = asking.timeline(engine, at)
        known = timeline.known
        if not known.is_unpublished:
            return timeline
    return Fixed(known)


def routed(timeline, source, target, *, columns, crs, at, is_now, is_draft, language, anew, run, progress, step):
    """Route every row from one state of the city and return the Outcome."""
    known = timeline.known
    routing.refuse_without_grids(known)
    rows_in = streams.opened(source)
    found = find_columns(rows_in.schema.names, columns, source)
    crs = crs or (rows_in.crs if found.lon is None else None) or "wgs84"
    question = {"columns": found, "crs": crs, "language": language}
    with folders.claimed(target) as folder:
        suffix = streams.kind_of(target)
        described = folders.description(
            known, rows_in, at=at, is_now=is_now, is_draft=is_draft, suffix=suffix, **question
        )
        at, parts = taken_up(folder, described, at, anew=anew, step=step)
        job = Job(rows_in, parts, suffix, timeline, at=at, **question)
        return finished(job, target, run, progress=progress, step=step)


def refuse_overwriting(source, target):
    """Raise Invalid where a file that is to be written is the one that is read, or a city."""
    backups.refuse_city(target)
    here, beside = pathlib.Path(source).resolve(), joining.side_file_of(target)
    if target.resolve() == here:
        raise Invalid("{file} is the file that is read: name another one for the answers.", file=target)
    if beside.resolve() == here:
        raise Invalid(
            "The rows that cannot be read would go into {file}, which is the file that is read: "
            "name another one for the answers.",
            file=beside,
        )


def taken_up(folder, described, at, *, anew, step):
    """Return instant and folder of the parts of the run: an interrupted one that goes on, else one that begins ``at``."""
    if anew:
        folders.clear(folder)
    was_begun = folders.is_begun(folder)
    earlier = folders.begun(folder, described)
    if earlier is not None:
        return earlier
    if was_begun:
        step("What an interrupted run left was of another file, question or state of the city: beginning anew.")
    return at, folders.begin(folder, described, at)


def finished(job, target, run, *, progress, step):
    """Answer the parts that are missing, join all, and return the Outcome.

    What is done is kept where the run is interrupted, and cleared away where it cannot succeed.
    """
    tallies = {n: tally for n in range(len(job.source.parts)) if (tally := bulk_parts.kept(job.folder, n))}
    earlier = sum(tally.rows for tally in tallies.values())
    if tallies:
        step(
            "Going on with the run of {instant}: {done} of {total} parts are done.",
            instant=times.show(job.at, job.timeline.facts.city.timezone),
            done=len(tallies),
            total=len(job.source.parts),
        )
    with (
        folders.kept_while_useful(job.folder.parent),
        # Where joining fails, nobody goes on answering.
        contextlib.closing(answered(job, tallies, run, earlier, progress)) as parts,
    ):
        joining.join(job, target, tallies, parts)
    total = sum(tallies.values(), Tally())
    side_file = joining.side_file_of(target) if total.refused else None
    return Outcome(total.rows, total.routed, total.outside, total.refused, earlier, side_file=side_file)


def answered(job, tallies, run, earlier, progress):
    """Return number and Tally of the parts that were missing, one by one as they are done."""
    missing = [n for n in range(len(job.source.parts)) if n not in tallies]
    done = earlier
    if earlier:
        progress(earlier, job.source.total)

    def moved(rows):
        nonlocal done
        done += rows
        progress(done, job.source.total)

    return run(job, missing, moved)
