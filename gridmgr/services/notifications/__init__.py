"""Notices: put into the outbox with what they tell of, delivered by the worker afterwards."""

import secrets

from gridmgr.domain import notices
from gridmgr.domain.trail import plain
from gridmgr.store import outbox


def put(session, kind, to, payload, **when):
    """Put a notice into the outbox, in the transaction of what it tells of; return its key. Arguments as of :func:`written`."""
    new = written(kind, to, payload, **when)
    outbox.add(session, [new])
    return new.key


def written(kind, to, payload, *, at, language="zh", until=None):
    """Return a notice for the outbox.

    Parameters
    ----------
    kind : str
        What happened, as ``layers/notices.toml`` lists it: ``case_dispatched``, ``report_received``, …
    to : str
        ``mail:NAME@HOST`` or ``channel:NAME``, a channel of the settings.
    payload : dict
        The fields that the words of this kind are filled with; what a webhook gets as ``data``.
    language : str
        Of a mail: ``zh`` or ``en``; a channel has its own.
    until : datetime, optional
        When it is of no use any more; three days after ``at`` without it.

    Raises
    ------
    Invalid
        ``to`` is no receiver.
    """
    channel, address = notices.receiver(to)
    key, give_up_at = secrets.token_hex(16), until or at + notices.PATIENCE
    return notices.Notice(key, kind, channel, address, language, plain(payload), at, at, give_up_at)
