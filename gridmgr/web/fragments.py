"""Decisions as JSON, put together from fragments: a part that many decisions share is written out once.

The bytes hold exactly what :func:`gridmgr.web.representations.decision` says, value for value.
"""

import itertools
import weakref
from typing import NamedTuple

import orjson
from orjson import Fragment

from gridmgr.domain import times
from gridmgr.domain.routing import NAMES
from gridmgr.domain.trace import say
from gridmgr.web import representations

_written: "weakref.WeakKeyDictionary" = weakref.WeakKeyDictionary()


class Reader(NamedTuple):
    """Who reads: in which language, in which time zone, and whether phone numbers are his to see."""

    language: str
    timezone: str
    sees_phones: bool

    def shown(self, value):
        """Return ``value`` as this reader may see it."""
        return value if self.sees_phones else representations.without(value, representations.PRIVATE)


def decision(found, reader, *, trace=True):
    """Return a Decision as JSON for ``reader``, with or without its trace."""
    parts = [written(part, reader) for part in found.parts]
    known = {name: one for fields, _ in parts for name, one in fields.items()}
    at = times.show(found.at, reader.timezone)
    received_at = at if found.received_at is found.at else times.show(found.received_at, reader.timezone)
    known |= {"at": at, "received_at": received_at, "trace": entries(found, parts, reader) if trace else ()}
    names = NAMES if trace else NAMES[:-1]
    return orjson.dumps({name: known[name] if name in known else reader.shown(getattr(found, name)) for name in names})


def entries(found, parts, reader):
    """Return the entries of the trace in their order, those of the kept parts as they were written before."""
    if not parts:
        return [entry(one, reader) for one in found.trace]
    place, *others = (sentences for _, sentences in parts[1:])
    kept = sum(len(part.trace) for part in found.parts)
    own = [
        entry(one, reader) for one in found.trace[: len(found.trace) - kept + 1] if one is not found.parts[1].trace[0]
    ]
    return [own[0], place[0], *own[1:], *place[1:], *itertools.chain(*others)]


def written(part, reader):
    """Return a Part as fragments: (name → fragment, fragments of its entries)."""
    known = _written.get(part)
    if known is None:
        known = _written[part] = {}
    if reader not in known:
        fields = {name: Fragment(orjson.dumps(reader.shown(value))) for name, value in part.fields.items()}
        known[reader] = fields, [Fragment(orjson.dumps(entry(one, reader))) for one in part.trace]
    return known[reader]


def entry(one, reader):
    """Return one entry of a trace with its sentence."""
    values = {"step": one.step, "rule": one.rule, "text": say(one.text, one.fields, reader.language)}
    return reader.shown(values | {"fields": one.fields, "won": one.won})
