"""Parts of a file answered by a Dask cluster: many machines, one file.

::

    gridmgr route --scheduler ──> scheduler ──> worker, worker, …      each part is a task
            │  cluster.pickle, *.index             │  read once by each worker
            └──> folder of the parts, which all machines reach <──┘  pieces and marks

The city and the indexes of its grids are written once into the folder of the parts; each worker
reads the city once and maps the indexes into its memory. A worker that is lost loses only the part it was at: the scheduler gives that to another one. A
part always gives the same rows under the same names, so nothing comes twice.
"""

import bisect
import contextlib
import dataclasses
import datetime as dt
import functools
import hashlib
import io
import itertools
import pathlib
import pickle
import threading
import uuid

from gridmgr import __version__
from gridmgr.errors import GridmgrError, Invalid, Unavailable
from gridmgr.geometry.locator import Locator
from gridmgr.services.bulk import parts
from gridmgr.services.standing.facts import Facts
from gridmgr.services.standing.ground import Ground

STATE = "cluster.pickle"
INDEXES = ("locator", "units")
"""Fields of a Ground that are written as files of their own."""
PATIENCE = 30
"""Seconds to wait for the scheduler, and for its first worker."""
_loading = threading.Lock()


def runner(address):
    """Return the function that answers parts on the cluster of the scheduler at ``address``.

    Raises
    ------
    Invalid
        Dask is not installed here.
    """
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise Invalid("--scheduler needs Dask on this machine too: pip install gridmgr[dask].") from error
    return functools.partial(run, address)


def run(address, job, numbers, moved):
    """Answer the parts of those numbers on the cluster and yield number and Tally of each, in the order of their end.

    Raises
    ------
    Unavailable
        The scheduler does not answer, has no workers or is lost; the workers do not reach the folder,
        have another version of gridmgr, or do not survive a part.
    """
    import distributed

    if not numbers:
        return
    digest = write_state(job)
    folder = str(job.folder.resolve())
    with connected(address) as client:
        check_workers(client, address, folder, digest)
        tasks = client.map(answer, numbers, folder=folder, digest=digest, pure=False)
        with complaints(address):
            for _, (number, tally) in distributed.as_completed(tasks, loop=client.loop, with_results=True):
                moved(tally.rows)
                yield number, tally


@contextlib.contextmanager
def connected(address):
    """Give a client of the scheduler; what it was asked for and has not done is taken back at the end."""
    import distributed

    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise Unavailable("No Dask scheduler answers at {address}: {reason}", address=address, reason=error) from error
    with client:
        yield client


@contextlib.contextmanager
def complaints(address):
    """Turn the loss of workers or of the scheduler into a sentence; the parts that are done stay."""
    import distributed

    try:
        yield
    except distributed.KilledWorker as error:
        raise Unavailable(
            "Several workers ended over the same part: give them more memory or read their logs, then start again.",
        ) from error
    except (distributed.CancelledError, distributed.comm.CommClosedError) as error:
        raise Unavailable(
            "The scheduler at {address} was lost: the same command goes on when it is there.", address=address
        ) from error


def check_workers(client, address, folder, digest):
    """Raise Unavailable unless there is a worker and each reaches the folder with the same gridmgr."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        raise Unavailable(
            "The scheduler at {address} has no workers: dask worker {address} starts one.", address=address
        ) from error
    for worker, (version, is_there) in client.run(equipment, folder, digest).items():
        if version != __version__:
            raise Unavailable(
                "The worker {worker} has gridmgr {found}, this machine {needed}: install the same.",
                worker=worker, found=version, needed=__version__,
            )  # fmt: skip
        if not is_there:
            raise Unavailable(
                "The worker {worker} does not reach {folder}: write the answers where all machines can.",
                worker=worker, folder=folder,
            )  # fmt: skip


# --- the city on its way -------------------------------------------------------------


def write_state(job):
    """Write all that a worker needs into the folder of the parts; return the SHA-256 of what is unpacked there."""
    packed = io.BytesIO()
    Packer(packed, job.folder.resolve()).dump(as_sent(job))
    with parts.appearing(job.folder / STATE) as part:
        part.write_bytes(packed.getbuffer())
    return hashlib.sha256(packed.getbuffer()).hexdigest()


def as_sent(job):
    """Return the job as another machine can do it: paths from the root, all versions that may be asked at hand."""
    source = dataclasses.replace(job.source, path=job.source.path.resolve())
    timeline = job.timeline
    if not timeline.is_fixed:
        timeline = Carried(timeline, timeline.starts if job.columns.at else [job.at])
    return dataclasses.replace(job, source=source, folder=job.folder.resolve(), timeline=timeline)


class Carried:
    """A Timeline that asks no database: what it may be asked for was fetched before."""

    is_fixed = False

    def __init__(self, timeline, instants):
        """Take over what ``timeline`` says about each of ``instants``, and about the time before all versions."""
        self.known, self.facts, self.starts = timeline.known, timeline.facts, timeline.starts
        self.before = error_before(timeline)
        self.found = {bisect.bisect_right(self.starts, instant): timeline.at(instant) for instant in instants}

    def at(self, instant):
        """Return the Knowledge for ``instant``."""
        place = bisect.bisect_right(self.starts, instant)
        if not place:
            raise self.before
        return self.found[place]


def error_before(timeline):
    """Return what is said about an instant before all versions."""
    try:
        timeline.at(timeline.starts[0] - dt.timedelta(microseconds=1))
    except GridmgrError as error:
        return error
    return None


class Packer(pickle.Pickler):
    """Packs a job without what would be large or cannot go: indexes go as files, tables of the facts not at all."""

    def __init__(self, file, folder):
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self.folder, self.mark, self.count = folder, uuid.uuid4().hex, itertools.count()

    def reducer_override(self, value):
        """Return how a value is made again there."""
        if isinstance(value, Ground):
            here = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
            return ground_there, (here | {"finer": {}} | {name: self.saved(here[name]) for name in INDEXES},)
        if isinstance(value, Facts):
            return Facts, (value.city, value.staffing, value.matrix, value.lands, value.categories, value.revisions)
        return NotImplemented

    def saved(self, locator):
        """Write an index into the folder; return where it is, its key and the codes of its grids."""
        path = self.folder / f"{next(self.count)}.index"
        locator.save(path, self.mark)
        return path, self.mark, locator.codes


def ground_there(fields):
    """Return a Ground from its fields, its indexes mapped from the files that were written for them."""
    shapes = fields["boundaries"].shapes

    def mapped(path, mark, codes):
        own = {code: shapes[code] for code in codes}
        return Locator.load(path, mark, own) or Locator(own)

    return Ground(**fields | {name: mapped(*fields[name]) for name in INDEXES})


# --- on a worker ---------------------------------------------------------------------


def equipment(folder, digest):
    """Return this worker's version of gridmgr, and whether it reaches the folder with the state of this run."""
    try:
        with (pathlib.Path(folder) / STATE).open("rb") as file:
            return __version__, hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return __version__, False


def answer(number, folder, digest):
    """Answer one part; return its number and Tally."""
    with _loading:
        job = job_of(folder, digest)
    return number, parts.kept(job.folder, number) or parts.answer_part(job, number)


@functools.lru_cache(maxsize=1)
def job_of(folder, digest):
    """Return the Job in a folder; read once by each worker, however many parts it answers.

    Unpacking does whatever the file says, so Unavailable is raised where its SHA-256 is another one.
    """
    file = pathlib.Path(folder) / STATE
    packed = file.read_bytes()
    if hashlib.sha256(packed).hexdigest() != digest:
        raise Unavailable(
            "{file} is not what this run wrote: let nobody else write in that folder, then start again.", file=file
        )
    return pickle.loads(packed)
