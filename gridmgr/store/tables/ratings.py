"""The table of ratings: what reporters think of what became of their reports."""

from sqlalchemy import Column, Integer

from gridmgr.domain import ratings
from gridmgr.store.tables.columns import instant, row_of, table, words

rating = table(
    "report_rating",
    row_of("report", unique=True),
    Column("stars", Integer, nullable=False),
    words("words"),
    instant("rated_at"),
)

HOMES = {ratings.Rating: rating}
