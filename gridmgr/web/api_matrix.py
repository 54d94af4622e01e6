"""Departments, their units, and who leads in which matter where: in and out as a sheet."""

from gridmgr.services.sheets import matrix, workbooks
from gridmgr.web import asker, uploads
from gridmgr.web.reading import Query, door

api = door("matrix")


@api.get("/matrix/export")
def get_matrix_export(query: Query):
    """Give what holds now or later as the workbook that the import takes."""
    return uploads.download(workbooks.matrix(asker.engine(), at=asker.now()), "matrix.xlsx")


@api.get("/matrix/template")
def get_matrix_template(query: Query):
    """Give a filled-in example of the workbook, with a page that explains each column."""
    return uploads.download(workbooks.template(asker.engine(), "matrix"), "matrix-example.xlsx")


@api.post("/matrix/import")
def post_matrix_import(form: uploads.SheetSent):
    """Take a sheet in, or say what it would change; nothing is written unless every row can be used."""
    return uploads.taken(form, matrix.import_matrix)
