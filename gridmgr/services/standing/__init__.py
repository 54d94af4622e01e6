"""What stands: the versions, their grounds and the facts, kept until the database says that something changed.

A question costs one small query (:class:`gridmgr.store.watching.Watch`). What was committed
before the question began is known to it: where the revisions differ, what stands is read anew
in one transaction, and only what they name. A published version never changes, so its ground stays.
"""

import dataclasses
import functools
import threading
import weakref

from gridmgr.domain.grids import Version
from gridmgr.domain.routing.parts import Parts
from gridmgr.services.standing import facts, ground, succeeding
from gridmgr.services.standing.facts import Facts
from gridmgr.services.standing.ground import Ground
from gridmgr.services.transactions import reading
from gridmgr.store import revisions
from gridmgr.store import versions as version_rows
from gridmgr.store.watching import Watch

_watches: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()
_kept: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()
_beginning = threading.Lock()


@dataclasses.dataclass(frozen=True)
class Knowledge:
    """All that a decision needs: the ground of one version or draft, and the facts."""

    ground: Ground
    facts: Facts
    is_unpublished: bool = False

    @functools.cached_property
    def parts(self):
        """Return the parts of the decisions made so far, which those to come are put together from."""
        return Parts(self.ground.boundaries, self.facts.staffing, self.facts.matrix)


@dataclasses.dataclass(frozen=True)
class Standing:
    """The state of the city at one state of its revisions.

    ``versions`` are those not withdrawn, lowest number first; ``known`` holds by
    number what was asked for so far, ``ready`` the numbers of those whose indexes are drawn.
    """

    revisions: dict[str, int]
    versions: tuple[Version, ...]
    facts: Facts
    known: dict[int, Knowledge] = dataclasses.field(default_factory=dict)
    ready: set[int] = dataclasses.field(default_factory=set)
    making: threading.Lock = dataclasses.field(default_factory=threading.Lock)

    def in_force(self, at):
        """Return the number of the version in force at ``at``, None before the first."""
        return next((one.number for one in reversed(self.versions) if one.effective_from <= at), None)


def in_force(engine, at):
    """Return the Knowledge of the version in force at ``at``; None where there is none."""
    while True:
        state = now(engine)
        number = state.in_force(at)
        found = None if number is None else state.known.get(number) or fetched(engine, state, number)
        if number is None or found is not None:
            return found


class Fixed:
    """A Timeline of one draft or version, whatever the instant."""

    is_fixed, starts = True, ()

    def __init__(self, known):
        self.known, self.facts = known, known.facts

    def at(self, _):
        """Return the one Knowledge."""
        return self.known


class Timeline:
    """Which boundaries count at an instant, for many instants, all from one state of the city."""

    is_fixed = False

    def __init__(self, engine, present, before_the_first):
        """Take what stands now.

        Parameters
        ----------
        present : datetime
            The instant that ``known`` is of.
        before_the_first : callable
            Takes an instant at which no version is in force yet; gives the Knowledge of the draft
            that answers while nothing is published, or raises.
        """
        self._engine, self._present, self._before, self._state = engine, present, before_the_first, now(engine)
        self.facts = self._state.facts
        self.starts = [one.effective_from for one in self._state.versions]

    @property
    def known(self):
        """Return the Knowledge for the present."""
        return self.at(self._present)

    def at(self, instant):
        """Return the Knowledge for ``instant``."""
        number = self._state.in_force(instant)
        if number is None:
            found = self._before(instant)
            if not found.is_unpublished:
                raise Restored
            return found
        found = self._state.known.get(number) or fetched(self._engine, self._state, number)
        if found is None:
            raise Restored
        return found


class Restored(Exception):
    """Another copy of the city was put back, or its first version published, during a question: answer it anew."""


def now(engine):
    """Return what stands, with all that was committed before this call."""
    watch = _watches.get(engine.pool) or begin(engine)
    numbers = watch.numbers()
    state = _kept.get(engine.pool)
    if state is None or state.revisions != numbers:
        with watch.renewing:
            state = _kept.get(engine.pool)
            if state is None or state.revisions != numbers:
                state = _kept[engine.pool] = renewed(engine, state)
    return state


def numbers(engine):
    """Return kind → number of changes, with all that was committed before this call."""
    return (_watches.get(engine.pool) or begin(engine)).numbers()


def begin(engine):
    """Return the one Watch of this process over the database, begun at the first question."""
    with _beginning:
        if engine.pool not in _watches:
            watch = _watches[engine.pool] = Watch(engine)
            weakref.finalize(engine.pool, watch.close)
        return _watches[engine.pool]


def renewed(engine, before):
    """Return what stands now; what has not changed since ``before`` is taken over."""
    with reading(engine) as session:
        numbers = revisions.numbers(session)
        state = Standing(numbers, standing_versions(session), facts.known(session))
    if before is not None and restored(before.revisions) == restored(numbers):
        state.known.update(taken_over(before, state.facts))
    return state


def standing_versions(session):
    """Return the versions not withdrawn, lowest number first, apart from the session."""
    found = [one for one in version_rows.all_versions(session) if one.withdrawn_at is None]
    session.expunge_all()
    return tuple(found)


def restored(numbers):
    """Return which copy of the city these revisions are of."""
    return numbers.get(revisions.RESTORED, 0)


def taken_over(before, known_facts):
    """Yield (number, Knowledge) of the grounds known before; whole with its parts where the facts are the same."""
    for number, found in list(before.known.items()):
        is_same = found.facts.staffing is known_facts.staffing and found.facts.matrix is known_facts.matrix
        taken = dataclasses.replace(found, facts=known_facts)
        if is_same and "parts" in found.__dict__:
            taken.__dict__["parts"] = found.parts
        yield number, taken


def fetched(engine, state, number):
    """Return the Knowledge of a version, its ground built or loaded; None where another city was put back meanwhile."""
    with state.making:
        if number not in state.known:
            with reading(engine) as session:
                if restored(revisions.numbers(session)) != restored(state.revisions):
                    return None
                state.known[number] = Knowledge(ground_of(session, state, number), state.facts)
        return state.known[number]


def ground_of(session, state, number):
    """Return the Ground of a version; from that of the version before it where it is known, which takes no time."""
    before = state.known.get(number - 1)
    return succeeding.ground_after(session, before.ground, number) if before else ground.of_version(session, number)


def keep_ready(engine, at):
    """Fetch the grounds of the version in force at ``at`` and of those that begin later, before anybody asks."""
    state = now(engine)
    current = state.in_force(at)
    coming = {one.number for one in state.versions if current is None or one.number >= current}
    for number in sorted(coming - state.ready):
        found = fetched(engine, state, number)
        if found is not None:
            prepare(found.ground)
            ground.keep_indexes(engine, number, found.ground)
            state.ready.add(number)


def prepare(land):
    """Let the indexes of a ground be drawn and measured, which the first large question would do otherwise."""
    for locator in (land.locator, land.units):
        locator.prepare(borders=True)
        locator.near_border_many([0.0], [0.0], 0.0)  # Compiled code is made, or read from disk, when it is first run.
