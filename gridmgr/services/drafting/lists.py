"""Edits from a file: one JSON object a line, made all or none, or each that can be made."""

import dataclasses
import json

from gridmgr.errors import GridmgrError, Invalid
from gridmgr.i18n import N_, translate
from gridmgr.services.drafting import editing


class BadLine(Invalid):
    """A line of a list of edits cannot be used."""

    slug = "bad-line"


class LineRefused(Invalid):
    """An edit of a list cannot be made, so none was."""

    slug = "line-refused"

    def __init__(self, line, error):
        super().__init__(N_("Line {line}: {sentence} Nothing was changed."), line=line, sentence=str(error))
        self.error = error

    def say(self, language):
        """Return which line it is, and what its edit was refused with."""
        return translate(self.message, language, line=self.fields["line"], sentence=self.error.say(language))


@dataclasses.dataclass(frozen=True)
class Applied:
    """What a list of edits came to: the edits made, and (line, error) of those that were not."""

    edits: list[dict]
    refused: list[tuple[int, GridmgrError]]


def read(lines):
    """Return [(line number, edit, reason)] of a text with one JSON object a line; empty lines are passed over.

    An object is an edit, or ``{"edit": …, "reason": …}``.

    Raises
    ------
    BadLine
    """
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            value = parsed(number, line)
            whole = value if isinstance(value, dict) and "edit" in value else {"edit": value}
            found.append((number, whole["edit"], str(whole.get("reason", ""))))
    if not found:
        raise BadLine("There is no edit in the file: write one JSON object a line.")
    return found


def parsed(number, line):
    """Return the JSON value of a line."""
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine("Line {line} is not JSON: correct its commas, quotes and brackets.", line=number) from error


def apply(engine, draft_id, lines, *, keep_going=False, reason="", by, at):
    """Make the edits of a list in a draft and return what was Applied.

    Parameters
    ----------
    lines : iterable of str
    keep_going : bool
        Make each edit that can be made; without it all are made or none.
    reason : str
        Why, for edits that do not say it themselves.

    Raises
    ------
    BadLine, LineRefused
        Nothing was changed.
    """
    given = [(line, edit, own or reason) for line, edit, own in read(lines)]
    if keep_going:
        return one_by_one(engine, draft_id, given, by=by, at=at)
    try:
        made = editing.make(engine, draft_id, [(edit, why) for _, edit, why in given], by=by, at=at)
    except GridmgrError as error:
        if hasattr(error, "number"):
            raise LineRefused(given[error.number][0], error) from error
        raise
    return Applied([one.edit for one in made.changes], [])


def one_by_one(engine, draft_id, given, *, by, at):
    """Return what was Applied of edits that are each made by itself."""
    made, left = [], []
    for line, edit, why in given:
        try:
            made += [one.edit for one in editing.make(engine, draft_id, [(edit, why)], by=by, at=at).changes]
        except GridmgrError as error:
            if not hasattr(error, "number"):
                raise
            left.append((line, error))
    return Applied(made, left)
