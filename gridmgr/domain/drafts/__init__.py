"""Drafts: changes of the boundaries being prepared, as a list of edits on a base version."""

import dataclasses
import datetime as dt
from typing import Any

import shapely

STATUSES = ("open", "submitted", "approved", "published", "discarded")
LIVING = ("open", "submitted", "approved")
"""In these a draft may still become a version."""


@dataclasses.dataclass(eq=False)
class Draft:
    """A change being prepared: what differs from its base version, and the edits that made it so.

    ``status`` is one of ``STATUSES``. ``revision`` counts every change, so that two planners do not
    write over each other. ``moves_level`` is the highest level whose borders may move; only the
    lowest drawn one where there is none.
    """

    name: str
    created_at: dt.datetime
    created_by: str
    base_number: int | None = None
    reason: str = ""
    status: str = "open"
    published_number: int | None = None
    revision: int = 0
    moves_level: str | None = None
    submitted_by: str = ""
    submitted_at: dt.datetime | None = None
    approved_by: str = ""
    approved_at: dt.datetime | None = None
    id: int | None = None


@dataclasses.dataclass(eq=False)
class DraftGrid:
    """One grid that a draft adds, changes or (``removed``) dissolves."""

    draft_id: int
    level: str
    code: str
    name: str
    role: str = "drawn"
    parent_code: str | None = None
    grid_id: int | None = None
    removed: bool = False
    name_en: str = ""
    props: dict[str, Any] = dataclasses.field(default_factory=dict)
    id: int | None = None


@dataclasses.dataclass(eq=False)
class DraftShape:
    """The shape of a draft's grid; lon/lat."""

    draft_grid_id: int
    shape: shapely.Geometry
    id: int | None = None


@dataclasses.dataclass(eq=False)
class DraftEdit:
    """One edit of a draft as it was given, with what it changed, so that it can be undone and done again.

    ``number`` counts the edits of the draft from 1. ``before`` and ``after`` hold the rows of the draft
    for each code touched (None: it has none), shapes as hexadecimal WKB. An undone edit can be done
    again until another is made; then it is ``dropped_at``.
    """

    draft_id: int
    number: int
    edit: dict[str, Any]
    reason: str
    made_by: str
    made_at: dt.datetime
    before: dict[str, Any]
    after: dict[str, Any]
    undone_at: dt.datetime | None = None
    dropped_at: dt.datetime | None = None
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Checkpoint:
    """A name for the state of a draft after its edit ``number``; 0 is the beginning."""

    draft_id: int
    number: int
    name: str
    made_by: str
    made_at: dt.datetime
    id: int | None = None


@dataclasses.dataclass(eq=False)
class Comment:
    """What a reviewer says of a draft, pinned to a place on the map or to the whole of it."""

    draft_id: int
    text: str
    made_by: str
    made_at: dt.datetime
    lon: float | None = None
    lat: float | None = None
    settled_by: str = ""
    settled_at: dt.datetime | None = None
    id: int | None = None
