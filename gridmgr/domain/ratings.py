"""Ratings: what a reporter thinks of what became of his report, given once."""

import dataclasses
import datetime as dt

MOST_STARS = 5


@dataclasses.dataclass(eq=False)
class Rating:
    """Stars from 1 to 5 and words, by whoever reported."""

    report_id: int
    stars: int
    words: str
    rated_at: dt.datetime
    id: int | None = None
