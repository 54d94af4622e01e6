"""What a map shows: the ground of one version or draft, under a key that never names another."""

import dataclasses
from typing import Any

from gridmgr.errors import NotFound
from gridmgr.services import drafts
from gridmgr.services.standing import ground
from gridmgr.services.standing.ground import Ground
from gridmgr.services.transactions import reading
from gridmgr.store import revisions
from gridmgr.store import versions as version_rows


class NoSuchVersion(NotFound):
    """There is no version of that number."""

    slug = "no-such-version"


class NothingToShow(NotFound):
    """The city has no grids yet."""

    slug = "nothing-to-show"


@dataclasses.dataclass(frozen=True)
class View:
    """The ground of a version or draft. ``is_fixed`` is true for a version: its key stays good for ever."""

    key: tuple[Any, ...]
    ground: Ground
    is_fixed: bool

    @property
    def boundaries(self):
        """Return the boundaries shown."""
        return self.ground.boundaries


def view(engine, *, version=None, draft=None, at):
    """Return the View of ``version``, else of ``draft``, else of what is in force at ``at``.

    While nothing is in force the only open draft is shown.

    Raises
    ------
    NoSuchVersion, NoSuchDraft, WhichDraft, NothingToShow
    """
    with reading(engine) as session:
        if draft is not None:
            return of_draft(session, drafts.living_draft(session, draft).id)
        found = numbered(session, version) if version is not None else version_rows.in_force(session, at)
        if found is not None:
            return of_version(session, found.number)
        return of_only_draft(session)


def numbered(session, number):
    """Return the Version ``number``; raise NoSuchVersion where there is none."""
    found = next((one for one in version_rows.all_versions(session) if one.number == number), None)
    if found is None:
        raise NoSuchVersion("There is no version {number}: /api/v1/versions lists them.", number=number)
    return found


def of_version(session, number):
    """Return the View of a published version."""
    restored = revisions.numbers(session).get(revisions.RESTORED, 0)
    return View(("version", number, restored), ground.of_version(session, number), is_fixed=True)


def of_draft(session, draft_id):
    """Return the View of a draft as it is now; its key changes whenever a draft does."""
    changed = revisions.numbers(session).get("drafts", 0)
    return View(("draft", draft_id, changed), ground.of_draft(session, draft_id), is_fixed=False)


def of_only_draft(session):
    """Return the View of the one open draft of a city where nothing is published."""
    only = drafts.the_only_draft(session)
    if only is None:
        raise NothingToShow("There are no grids yet: gridmgr layer import FILE --layer responsibility_grid.")
    return of_draft(session, only.id)
