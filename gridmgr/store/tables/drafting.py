"""The tables of drafts: their grids, the edits that made them, checkpoints and comments."""

from sqlalchemy import Column, Double, Index, Integer, String, UniqueConstraint

from gridmgr.domain import drafts
from gridmgr.store.tables.columns import (
    code,
    document,
    flag,
    instant,
    role_of_shape,
    row_of,
    table,
    version_number,
    words,
)
from gridmgr.store.types import Shape

draft = table(
    "draft",
    words("name"),
    instant("created_at"),
    words("created_by"),
    version_number("base_number", nullable=True),
    words("reason"),
    Column("status", String(16), nullable=False),
    version_number("published_number", nullable=True),
    Column("revision", Integer, nullable=False),
    Column("moves_level", String(32)),
    words("submitted_by"),
    instant("submitted_at", nullable=True),
    words("approved_by"),
    instant("approved_at", nullable=True),
)
draft_grid = table(
    "draft_grid",
    row_of("draft"),
    Column("level", String(32), nullable=False),
    code("code"),
    words("name"),
    *role_of_shape(),
    code("parent_code", nullable=True),
    row_of("grid", nullable=True),
    flag("removed"),
    words("name_en"),
    document("props"),
    UniqueConstraint("draft_id", "code"),
)
draft_shape = table(
    "draft_shape", row_of("draft_grid", unique=True), Column("shape", Shape("MULTIPOLYGON"), nullable=False)
)
draft_edit = table(
    "draft_edit",
    row_of("draft"),
    Column("number", Integer, nullable=False),
    document("edit"),
    words("reason"),
    words("made_by"),
    instant("made_at"),
    document("before"),
    document("after"),
    instant("undone_at", nullable=True),
    instant("dropped_at", nullable=True),
    UniqueConstraint("draft_id", "number"),
)
checkpoint = table(
    "checkpoint",
    row_of("draft"),
    Column("number", Integer, nullable=False),
    words("name"),
    words("made_by"),
    instant("made_at"),
)
Index(None, checkpoint.c.draft_id)
comment = table(
    "comment",
    row_of("draft"),
    words("text"),
    words("made_by"),
    instant("made_at"),
    Column("lon", Double),
    Column("lat", Double),
    words("settled_by"),
    instant("settled_at", nullable=True),
)
Index(None, comment.c.draft_id)

HOMES = {
    drafts.Draft: draft,
    drafts.DraftGrid: draft_grid,
    drafts.DraftShape: draft_shape,
    drafts.DraftEdit: draft_edit,
    drafts.Checkpoint: checkpoint,
    drafts.Comment: comment,
}
