"""Files that people send in: kept under the name they came with for as long as they are read."""

import contextlib
import io
import pathlib
import tempfile
from typing import Literal

import flask
from flask_openapi import FileStorage
from pydantic import ConfigDict, Field

from gridmgr.errors import Invalid
from gridmgr.i18n import translate
from gridmgr.web import asker
from gridmgr.web.reading import Body

LONGEST_NAME = 120
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
YesNo = Literal["", "0", "1"]


class Request(flask.Request):
    """A request whose files stay in memory, where its whole body lies already: a full temporary folder is no matter."""

    def _get_file_stream(self, *_, **__):
        """Return where a file of a form is put down."""
        return io.BytesIO()


class SheetSent(Body):
    """A form with a sheet."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    file: FileStorage = Field(description="A .csv or .xlsx of at most 16 MB; larger ones go in by gridmgr.")
    dry_run: YesNo = Field("", description="1: say what would change, write nothing.")


@contextlib.contextmanager
def kept(upload):
    """Give the path of an upload, in a folder of its own that goes afterwards.

    Raises
    ------
    Invalid
        It has no name that a file can have.
    """
    name = pathlib.PurePosixPath((upload.filename or "").replace("\\", "/")).name
    if not name.strip(". ") or len(name.encode()) > LONGEST_NAME or not name.isprintable():
        raise Invalid("The file has no name that can be used: 1 to {longest} characters.", longest=LONGEST_NAME)
    with tempfile.TemporaryDirectory(prefix="gridmgr-") as folder:
        path = pathlib.Path(folder) / name
        upload.save(path)
        yield path


def taken(form, take):
    """Return the answer to a SheetSent: what ``take(engine, path, dry_run=, at=, by=)`` changed, or would change."""
    acting = {"at": asker.now(), "by": asker.account().login}
    with kept(form.file) as path:
        return flask.jsonify(imported(take(asker.engine(), path, dry_run=form.dry_run == "1", **acting)))


def imported(found):
    """Return what a sheet changed, or would change, as JSON: its rows, and counts in words."""
    language = asker.language()
    counts = [{"what": translate(kind, language), "count": count} for kind, count in found.counts.items() if count]
    return {"rows": found.rows, "written": found.is_written, "counts": counts}


def download(body, name, kind=EXCEL):
    """Return an answer that a browser saves under a name; a workbook if nothing else is said."""
    answer = flask.make_response(body)
    answer.content_type = kind
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
