"""Folders of the parts of a run: beside its target, until that is whole; a run that was interrupted goes on there.

::

    out.parquet                 the target, once it is whole
    .out.parquet.parts/         meanwhile
        run.json                what is being routed, by which state of the city, and where its parts are
        4f1c…/                  the parts of this run alone: a worker that is late with one of another run,
                                finds that one's folder gone
            000000.rows         a piece of the target
            000000.rejected     its unreadable rows, where there are any
            000000.json         the mark that both are whole
"""

import contextlib
import datetime as dt
import fcntl
import json
import shutil
import uuid

from gridmgr import __version__
from gridmgr.errors import Conflict, GridmgrError, Unavailable
from gridmgr.services.bulk import parts as bulk_parts
from gridmgr.services.streams import delimited, sources
from gridmgr.store import revisions

RUN = "run.json"
LOCK = "lock"
OTHERS = frozenset({revisions.ACCOUNTS, "calendar", "reports"})
"""Kinds of revisions that no answer hangs on."""


class RunGoesOn(Conflict):
    """Another run is writing this file just now."""

    slug = "run-goes-on"


def folder_of(target):
    """Return the folder of the parts of ``target``."""
    return target.with_name(f".{target.name}.parts")


@contextlib.contextmanager
def claimed(target):
    """Hold the folder of the parts of ``target`` for this run alone; the value is the folder.

    Raises
    ------
    RunGoesOn
    """
    folder = folder_of(target)
    folder.mkdir(exist_ok=True)
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunGoesOn("Another run is writing {file} just now. Wait for it, or stop it.", file=target) from error
        yield folder


def description(known, source, *, columns, crs, at, is_now, is_draft, language, suffix):
    """Return what must be the same for a run to go on: the file, the question and the state of the city.

    The instant does not belong to it where nobody said one (``is_now``).
    """
    stat, facts = source.path.stat(), known.facts
    others = OTHERS if is_draft or known.is_unpublished else OTHERS | {"drafts"}
    return {
        "program": __version__,
        "file": [str(source.path.resolve()), stat.st_size, stat.st_mtime_ns],
        "schema": source.schema.to_string(show_field_metadata=False, show_schema_metadata=False),
        "cut": [sources.CHUNK, sources.PART, delimited.PART_BYTES],
        "question": [columns.lon, columns.lat, columns.category, columns.at, crs, None if is_now else at.isoformat()],
        "answers": [suffix, language, list(bulk_parts.target_schema(source.schema).names)],
        "city": [facts.city.name, str(facts.city.created_at), known.ground.boundaries.label],
        "revisions": {kind: number for kind, number in facts.revisions.items() if kind not in others},
    }


def begun(folder, described):
    """Return instant and folder of the parts of the interrupted run of this description, None where there is none.

    What another run left is cleared away.
    """
    try:
        found = json.loads((folder / RUN).read_text(encoding="utf-8"))
        if found["run"] == described:
            return dt.datetime.fromisoformat(found["at"]), folder / found["parts"]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    clear(folder)
    return None


def begin(folder, described, at):
    """Write down what is being routed, and from which instant; return the folder for its parts."""
    parts = folder / uuid.uuid4().hex
    parts.mkdir()
    with bulk_parts.appearing(folder / RUN) as part:
        said = {"run": described, "at": at.isoformat(), "parts": parts.name}
        part.write_text(json.dumps(said), encoding="utf-8")
    return parts


def is_begun(folder):
    """Return whether an earlier run left something."""
    return (folder / RUN).exists()


def clear(folder):
    """Remove all that an earlier run left; the lock stays."""
    for path in folder.iterdir():
        if path.is_dir():
            remove(path)
        elif path.name != LOCK:
            path.unlink()


@contextlib.contextmanager
def kept_while_useful(folder):
    """Keep the folder of a run that is interrupted with parts done; remove it after success and after our own errors.

    What cannot be read today cannot be read tomorrow; a full disk or a lost machine can be mended.
    """
    try:
        yield
    except BaseException as error:
        is_in_vain = isinstance(error, GridmgrError) and not isinstance(error, Unavailable)
        if is_in_vain or not any(folder.glob("*/[0-9]*.json")):
            remove(folder)
        raise
    remove(folder)


def remove(folder):
    """Remove the folder with all its parts."""
    shutil.rmtree(folder, ignore_errors=True)
