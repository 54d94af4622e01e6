"""The family of errors that a user can meet.

The docstring of a class is the title a user reads; the message says what is
wrong, where, and what to do. Messages are English templates with named fields
(``"{file}: row {row} has no {field}."``) and are translated when they are shown,
so rooms below the web know neither languages nor status codes.
"""

from typing import Any

from gridmgr.i18n import translate


class GridmgrError(Exception):
    """Something could not be done."""

    slug = "error"

    def __init__(self, message: str, /, **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields

    def __str__(self) -> str:
        return self.say("en")

    def say(self, language: str) -> str:
        """Return the message in ``language`` (``"en"`` or ``"zh"``)."""
        return translate(self.message, language, **self.fields)

    @classmethod
    def title(cls, language: str) -> str:
        """Return the first line of the docstring in ``language``."""
        return translate((cls.__doc__ or "").strip().splitlines()[0], language)


class Invalid(GridmgrError):
    """The input cannot be used as it is."""

    slug = "invalid"


class NotFound(GridmgrError):
    """There is no such thing here."""

    slug = "not-found"


class Conflict(GridmgrError):
    """The city has changed in the meantime, or its state does not allow this."""

    slug = "conflict"


class NotSignedIn(GridmgrError):
    """This needs a signed-in user."""

    slug = "not-signed-in"


class Forbidden(GridmgrError):
    """This account may not do that here."""

    slug = "forbidden"


class TooManyRequests(GridmgrError):
    """Too many requests in a short time."""

    slug = "too-many-requests"


class Unavailable(GridmgrError):
    """Something this needs is not there now."""

    slug = "unavailable"
