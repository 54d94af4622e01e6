"""Days that are not like the others: holidays and make-up workdays."""

import dataclasses
import datetime as dt


@dataclasses.dataclass(eq=False)
class CalendarDay:
    """A holiday, or a weekend day that is worked (调休); ``is_provisional`` until the year is announced."""

    date: dt.date
    kind: str
    name: str = ""
    is_provisional: bool = False
    id: int | None = None
