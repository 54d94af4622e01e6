"""The table of photos: what is known of each file in the folder of photos."""

from sqlalchemy import Column, Double, Integer, String

from gridmgr.domain import photos
from gridmgr.store.tables.columns import instant, only_where, table

photo = table(
    "photo",
    Column("token", String(64), nullable=False, unique=True),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    instant("created_at"),
    Column("by", String(64), nullable=False),
    instant("taken_at", nullable=True),
    Column("lon", Double),
    Column("lat", Double),
    instant("used_at", nullable=True),
)
only_where("ix_photo_unused", "used_at IS NULL", photo.c.created_at)

HOMES = {photos.Photo: photo}
