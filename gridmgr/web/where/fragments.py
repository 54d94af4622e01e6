"""Decisions as JSON, put together from fragments: a part that many decisions share is written out once.

The bytes hold exactly what :func:`gridmgr.web.representations.decision` says, value for value, with the
fields of the spot itself before those of the kept parts, and the trace at the end.
"""

import weakref
from typing import NamedTuple

import orjson

from gridmgr.domain import times
from gridmgr.domain.routing import NAMES, OWN
from gridmgr.domain.routing.trace import say
from gridmgr.web import representations

_written: "dict[Reader, weakref.WeakKeyDictionary]" = {}
"""Reader → Part → Written, for as long as the part is kept."""


class Reader(NamedTuple):
    """Who reads: in which language, in which time zone, and whether phone numbers are his to see."""

    language: str
    timezone: str
    sees_phones: bool

    def shown(self, value):
        """Return ``value`` as this reader may see it."""
        is_plain = self.sees_phones or not value or not isinstance(value, (dict, list))
        return value if is_plain else representations.without(value, representations.PRIVATE)


class Written(NamedTuple):
    """A Part as JSON: ``"name":value`` of its fields, and the entries of its trace, each followed by a comma."""

    fields: bytes
    first: bytes
    others: bytes


def decision(found, reader, *, trace=True):
    """Return a Decision as JSON for ``reader``, with or without its trace."""
    parts = [written(part, reader) for part in found.parts]
    own = orjson.dumps(own_fields(found, reader))[:-1]
    pieces = [own, *(part.fields for part in parts)]
    if trace:
        pieces.append(b'"trace":[' + entries(found, parts, reader)[:-1] + b"]")
    return b",".join(pieces) + b"}"


def own_fields(found, reader):
    """Return the fields that are not those of a kept part, ready for JSON; the trace is none of them."""
    names = OWN if found.parts else NAMES[:-1]
    fields = {name: reader.shown(getattr(found, name)) for name in names}
    at = times.show(found.at, reader.timezone)
    same = found.received_at is found.at
    return fields | {"at": at, "received_at": at if same else times.show(found.received_at, reader.timezone)}


def entries(found, parts, reader):
    """Return the entries of the trace in their order, those of the kept parts as they were written before."""
    if not parts:
        return b"".join(entry(one, reader) for one in found.trace)
    place, *others = parts[1:]
    count = len(found.trace) - sum(len(part.trace) for part in found.parts)
    position, border = found.trace[0], found.trace[2 : count + 1]
    own = [entry(one, reader) for one in border]
    return b"".join((entry(position, reader), place.first, *own, place.others, *(b for w in others for b in w[1:])))


def written(part, reader):
    """Return a Part as JSON for ``reader``."""
    kept = _written.get(reader) or _written.setdefault(reader, weakref.WeakKeyDictionary())
    known = kept.get(part)
    if known is None:
        fields = orjson.dumps({name: reader.shown(value) for name, value in part.fields.items()})[1:-1]
        first, *others = [entry(one, reader) for one in part.trace] or [b""]
        known = kept[part] = Written(fields, first, b"".join(others))
    return known


def entry(one, reader):
    """Return one entry of a trace with its sentence, as JSON followed by a comma."""
    fields = one.fields if representations.PRIVATE.isdisjoint(one.fields) else reader.shown(one.fields)
    text = say(one.text, one.fields, reader.language)
    return orjson.dumps({"step": one.step, "rule": one.rule, "text": text, "fields": fields, "won": one.won}) + b","
