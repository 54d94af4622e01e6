"""The audit trail: who did what, sealed batch by batch into a chain that shows where it was tampered with.

Writing an entry takes part in no chain: it is one row beside what was done, in the same
transaction, so nobody queues. A seal later takes in whatever entries are there and have none
yet. It lists them **one by one**, each row's number with the digest of what it says, and not as
a range of numbers: a transaction that drew a low number and commits after higher ones were sealed
is taken in by the next seal, and a number that a rollback burnt is missed by nobody. No entry is
waited for and none is skipped. The digest of a seal covers the digest of the seal before it, so
nothing behind the newest seal can be changed without changing that one too; who keeps its digest
elsewhere can tell even that.
"""

import collections
import dataclasses
import datetime as dt
import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gridmgr.i18n import N_, translate

BEGINNING = "0" * 64
"""What the first seal follows."""


@dataclasses.dataclass(eq=False)
class Entry:
    """Who did what to which subject, when; ``seal_number`` is that of its seal, None until there is one."""

    at: dt.datetime
    by: str
    action: str
    subject: str
    data: dict[str, Any] = dataclasses.field(default_factory=dict)
    seal_number: int | None = None
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Seal:
    """A link of the chain. ``members`` has a line ``row number:digest`` for each entry, in the order of numbers."""

    number: int
    sealed_at: dt.datetime
    members: str
    previous: str
    digest: str
    id: int | None = None


@dataclasses.dataclass(frozen=True)
class Break:
    """A place where the trail is not what was sealed: the seal, the entry where one is meant, and what is wrong."""

    seal: int
    entry: int | None
    text: str
    fields: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def say(self, language: str) -> str:
        """Return it as a sentence."""
        return translate(self.text, language, seal=self.seal, entry=self.entry, **self.fields)


def digest_of(entry: Entry) -> str:
    """Return the SHA-256 of what an entry says, in hexadecimal; its place in the chain is no part of it.

    It is taken over JSON with sorted keys of the row as the database gives it back, so what a
    database does to numbers (PostgreSQL writes 1e2 as 100) is in the digest from the beginning.
    """
    said = [entry.at.astimezone(dt.UTC).isoformat(timespec="milliseconds"), entry.by, entry.action, entry.subject]
    text = json.dumps([*said, entry.data], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def seal(entries: Iterable[Entry], last: Seal | None, at: dt.datetime) -> Seal:
    """Return the seal over ``entries`` that follows ``last``, or begins the chain."""
    members = "\n".join(f"{entry.id}:{digest_of(entry)}" for entry in sorted(entries, key=lambda entry: entry.id or 0))
    number, previous = (last.number + 1, last.digest) if last else (1, BEGINNING)
    sealed_at = at.astimezone(dt.UTC).replace(microsecond=at.microsecond // 1000 * 1000)
    made = Seal(number, sealed_at, members, previous, "")
    made.digest = digest_of_seal(made)
    return made


def digest_of_seal(seal: Seal) -> str:
    """Return the SHA-256 over the digest of the seal before, and this seal's number, instant and members."""
    sealed_at = seal.sealed_at.astimezone(dt.UTC).isoformat(timespec="milliseconds")
    text = "\n".join((seal.previous, str(seal.number), sealed_at, seal.members))
    return hashlib.sha256(text.encode()).hexdigest()


def broken_link(seal: Seal, last: Seal | None) -> Iterator[Break]:
    """Yield what is wrong with a seal itself and its place after ``last``."""
    number, previous = (last.number + 1, last.digest) if last else (1, BEGINNING)
    if seal.number != number:
        missing = {"first": number, "last": seal.number - 1}
        yield Break(seal.number, None, N_("Seals {first} to {last} are missing before seal {seal}."), missing)
    elif seal.previous != previous:
        yield Break(
            seal.number, None, N_("Seal {seal} does not follow the seal before it: one of the two was replaced.")
        )
    if digest_of_seal(seal) != seal.digest:
        yield Break(seal.number, None, N_("Seal {seal} was changed after it was made."))


def broken_entries(seal: Seal, entries: Iterable[Entry]) -> Iterator[Break]:
    """Yield what differs between a seal's members and the entries that now name it, in the order of row numbers."""
    sealed = dict(member(line) for line in seal.members.split("\n") if line)
    found = {entry.id or 0: digest_of(entry) for entry in entries}
    both = sealed.keys() & found.keys()
    changed = {number for number in both if sealed[number] != found[number]}
    moved = exchanged({n: sealed[n] for n in changed}, {n: found[n] for n in changed})
    for number in sorted(sealed.keys() | found.keys()):
        if number not in found:
            yield Break(seal.number, number, N_("Entry {entry} was removed: seal {seal} has it, the trail has not."))
        elif number not in sealed:
            yield Break(seal.number, number, N_("Entry {entry} was put in later: seal {seal} does not have it."))
        elif number in moved:
            yield Break(
                seal.number, number, N_("Entry {entry} stands where seal {seal} has another: the order was changed.")
            )
        elif number in changed:
            yield Break(seal.number, number, N_("Entry {entry} was changed after seal {seal} was made."))


def member(line: str) -> tuple[int, str]:
    """Return row number and digest of a line of a seal; a line that was tampered with is nobody's."""
    number, _, digest = line.partition(":")
    return (int(number), digest) if number.isascii() and number.isdigit() else (0, line)


def exchanged(sealed: Mapping[int, str], found: Mapping[int, str]) -> set[int]:
    """Return the row numbers whose content stands sealed at another of these numbers."""
    spare = collections.Counter(sealed.values()) & collections.Counter(found.values())
    return {number for number, digest in found.items() if spare[digest]}


def plain(value: Any) -> Any:
    """Return ``value`` as JSON that both databases keep: instants as text, no NUL, no half characters, no NaN."""
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in (sorted(value) if isinstance(value, set | frozenset) else value)]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
