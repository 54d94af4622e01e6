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
        is_plain = self.sees_phones or not value or not isinstance(value, (dict, list))
        return value if is_plain else representations.without(value, representations.PRIVATE)


def decision(found, reader, *, trace=True):
    """Return a Decision as JSON for ``reader``, with or without its trace."""
    parts = [written(part, reader) for part in found.parts]
    known = {}
    for fields, _ in parts:
        known.update(fields)
    at = times.show(found.at, reader.timezone)
    received_at = at if found.received_at is found.at else times.show(found.received_at, reader.timezone)
    known.update(at=at, received_at=received_at, trace=entries(found, parts, reader) if trace else ())
    names = NAMES if trace else NAMES[:-1]
    return orjson.dumps({name: known[name] if name in known else reader.shown(getattr(found, name)) for name in names})


def entries(found, parts, reader):
    """Return the entries of the trace in their order, those of the kept parts as they were written before."""
    if not parts:
        return [entry(one, reader) for one in found.trace]
    place, *others = (sentences for _, sentences in parts[1:])
    count = len(found.trace) - sum(len(sentences) for _, sentences in parts)
    position, border = found.trace[0], found.trace[2 : count + 1]
    own = [entry(one, reader) for one in border]
    return [entry(position, reader), place[0], *own, *place[1:], *itertools.chain(*others)]


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
    fields = one.fields if representations.PRIVATE.isdisjoint(one.fields) else reader.shown(one.fields)
    text = say(one.text, one.fields, reader.language)
    return {"step": one.step, "rule": one.rule, "text": text, "fields": fields, "won": one.won}
