"""People, posts, rosters and substitutions: in and out as a sheet."""

from gridmgr.services import staffing
from gridmgr.services.sheets import workbooks
from gridmgr.web import asker, uploads
from gridmgr.web.reading import Query, door

api = door("staff")


@api.get("/staff/export")
def get_staff_export(query: Query):
    """Give what holds now or later as the workbook that the import takes."""
    return uploads.download(workbooks.staff(asker.engine(), at=asker.now()), "staff.xlsx")


@api.get("/staff/template")
def get_staff_template(query: Query):
    """Give a filled-in example of the workbook, with a page that explains each column."""
    return uploads.download(workbooks.template(asker.engine(), "staff"), "staff-example.xlsx")


@api.post("/staff/import")
def post_staff_import(form: uploads.SheetSent):
    """Take a sheet in, or say what it would change; nothing is written unless every row can be used."""
    return uploads.taken(form, staffing.import_staff)
