"""Steps that come twice: a phone that heard no answer sends again, under the same key, and the step is taken once."""

import dataclasses
import hashlib
import json

from gridmgr.domain.cases import StepKey
from gridmgr.errors import Conflict
from gridmgr.store import bulk
from gridmgr.store.cases import step_keys


class StepKeyUsed(Conflict):
    """The idempotency key belongs to another step."""

    slug = "step-key-used"


class Repeated(Exception):
    """A step was taken before under its key; ``event_id`` names the row of its event."""

    def __init__(self, event_id):
        super().__init__(event_id)
        self.event_id = event_id


@dataclasses.dataclass(frozen=True)
class Once:
    """The key of a step, and the digest of all that was sent under it."""

    key: str
    digest: str


def once(key, *sent):
    """Return the Once of a step; ``sent`` is what it consists of, as plain values."""
    return Once(key, hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest())


def stop_twin(session, by, asked):
    """Raise Repeated where the step was taken before; wait for one that is just being taken.

    Raises
    ------
    Repeated, StepKeyUsed
    """
    if asked is not None:
        step_keys.wait_for_twins(session, by, asked.key)
        stop_repeated(session, by, asked)


def stop_repeated(session, by, asked):
    """Raise Repeated where somebody's key was used for this step, StepKeyUsed where it was used for another."""
    found = step_keys.by_key(session, by, asked.key)
    if found is None:
        return
    if found.digest != asked.digest:
        raise StepKeyUsed("Another step was sent with this Idempotency-Key: send a new key with a new step.")
    raise Repeated(found.case_event_id)


def remember(session, made, asked):
    """Keep that an event was added for the step of a key."""
    if asked is not None:
        bulk.insert(session, [StepKey(made.by, asked.key, asked.digest, made.id)])
