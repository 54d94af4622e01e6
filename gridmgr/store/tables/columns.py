"""Columns and constraints that several tables share."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from gridmgr.store.types import Code, Document, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(name, *columns):
    """Return a table with a numbered row identity and ``columns``."""
    return Table(name, metadata, Column("id", Integer, primary_key=True), *columns)


def code(name, *constraints, nullable=False):
    """Return a column of codes."""
    return Column(name, Code, *constraints, nullable=nullable)


def words(name):
    """Return a column of free text."""
    return Column(name, Text, nullable=False)


def flag(name):
    """Return a column of yes or no."""
    return Column(name, Boolean, nullable=False)


def instant(name, nullable=False):
    """Return a column of instants."""
    return Column(name, Instant, nullable=nullable)


def document(name):
    """Return a column of JSON values."""
    return Column(name, Document, nullable=False)


def row_of(parent, name=None, nullable=False, unique=False):
    """Return a column that refers to a row of ``parent``."""
    return Column(name or f"{parent}_id", Integer, ForeignKey(f"{parent}.id"), nullable=nullable, unique=unique)


def version_number(name, nullable=False):
    """Return a column that refers to a version; checked at the end, so the order of writing is free."""
    number = ForeignKey("version.number", deferrable=True, initially="DEFERRED")
    return Column(name, Integer, number, nullable=nullable)


def department(name="department_code"):
    """Return a column that refers to a department by its code; checked at the end."""
    return code(name, ForeignKey("department.code", deferrable=True, initially="DEFERRED"))


def known():
    """Return when and by whom a fact was recorded."""
    return Column("recorded_at", Instant), words("recorded_by")


def valid(end_nullable=True):
    """Return from when until before when a fact is true, and the check that this is a span."""
    ends_later = CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ends_later")
    return instant("valid_from"), instant("valid_to", nullable=end_nullable), ends_later


def lives():
    """Return from which version until before which a row is part of the boundaries."""
    ends_later = CheckConstraint("to_version IS NULL OR to_version > from_version", name="ends_later")
    return version_number("from_version"), version_number("to_version", nullable=True), ends_later


def role_of_shape():
    """Return the column that tells where a grid's shape comes from, and the check of its words."""
    known_roles = CheckConstraint("role IN ('drawn', 'derived', 'reference')", name="role")
    return Column("role", String(16), nullable=False), known_roles


def only_one_open(table_name, column):
    """Return a unique index over the rows of the newest boundaries."""
    still_open = metadata.tables[table_name].c.to_version.is_(None)
    return Index(
        f"uq_{table_name}_open_{column}",
        metadata.tables[table_name].c[column],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def only_where(name, condition, *columns):
    """Return an index over the rows that a condition (SQL) holds for."""
    return Index(name, *columns, sqlite_where=text(condition), postgresql_where=text(condition))
