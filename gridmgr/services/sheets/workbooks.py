"""Workbooks of what a city holds: people and matrix go out as the sheets that their imports take."""

import io

from gridmgr.domain import times
from gridmgr.services.sheets import templates
from gridmgr.services.transactions import reading
from gridmgr.store import categories as category_rows
from gridmgr.store import cities
from gridmgr.store import responsibility as responsibility_rows
from gridmgr.store import staff as staff_rows
from gridmgr.store.grids import identities

NONE = "-"


def staff(engine, *, at):
    """Return an .xlsx of everybody with posts, rosters and substitutions that hold at ``at`` or later; bytes."""
    with reading(engine) as session:
        zone = cities.the_city(session).timezone
        places = {grid_id: code for code, grid_id in identities.by_code(session).items()}
        persons, posts, duties, substitutions = staff_rows.staffing_rows(session)
        codes = {one.id: one.code for one in persons}
        rows = [as_person(one, zone) for one in persons]
        rows += [as_post(one, codes, places, zone) for one in posts if goes_on(one, at) and one.grid_id in places]
        rows += [as_duty(one, codes, places, zone) for one in duties if goes_on(one, at) and one.grid_id in places]
        rows += [as_substitution(one, codes, zone) for one in substitutions if goes_on(one, at)]
    return written([("staff", templates.STAFF, rows)])


def matrix(engine, *, at):
    """Return an .xlsx of the entries, units and departments that hold at ``at``; bytes."""
    with reading(engine) as session:
        zone = cities.the_city(session).timezone
        names = {one.code: one.name for one in category_rows.matters(session)}
        entries, units, departments = responsibility_rows.rows(session, at)
        pages = [
            ("matrix", templates.ENTRIES, [as_entry(one, names, zone) for one in entries]),
            ("units", templates.UNITS, [as_unit(one, zone) for one in units]),
            ("departments", templates.DEPARTMENTS, [as_department(one) for one in departments]),
        ]
    return written(pages)


def template(engine, kind):
    """Return a filled-in example of a sheet, with codes of this city; bytes of an .xlsx."""
    level = templates.owner_level() if kind == "staff" else templates.layers.evaluated_level(templates.catalogue())
    with reading(engine) as session:
        codes = identities.examples(session, level)
    book = io.BytesIO()
    templates.book_of(kind, codes).save(book)
    return book.getvalue()


def written(pages):
    """Return the bytes of a workbook: a sheet for each (title, columns, rows)."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, columns, rows in pages:
        sheet = book.create_sheet(title)
        templates.fill(sheet, columns, rows)
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                cell.data_type = "s" if cell.data_type == "f" else cell.data_type
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def goes_on(row, at):
    """Return whether a dated row holds at ``at`` or later."""
    return row.valid_to is None or row.valid_to > at


def span(row, zone):
    """Return the cells from and to of a dated row, in the city's time."""
    return {"from": times.show(row.valid_from, zone), "to": times.show(row.valid_to, zone) if row.valid_to else ""}


def as_person(one, zone):
    """Return the row of a person."""
    left = times.show(one.left_at, zone) if one.left_at else ""
    told = {"person": one.code, "name": one.name, "phone": one.phone, "department": one.department_code}
    return told | {"left_at": left}


def as_post(one, codes, places, zone):
    """Return the row of a post."""
    return {"person": codes[one.person_id], "grid": places[one.grid_id], "role": one.role, **span(one, zone)}


def as_duty(one, codes, places, zone):
    """Return the row of a roster line."""
    days = ",".join(str(day + 1) for day in one.weekdays)
    hours = {"weekdays": days, "starts": clock(one.starts_minute), "ends": clock(one.ends_minute)}
    return {"person": codes[one.person_id], "grid": places[one.grid_id], **hours, **span(one, zone)}


def as_substitution(one, codes, zone):
    """Return the row of a substitution."""
    told = {"person": codes[one.substitute_id], "stands_in_for": codes[one.person_id], "reason": one.reason}
    return told | span(one, zone)


def as_entry(one, names, zone):
    """Return the row of an entry; a settled dispute keeps its rule and its reason."""
    return {
        "category": one.category_code,
        "category_name": names.get(one.category_code, ""),
        "area": one.area_code,
        "department": one.department_code,
        "co_departments": "|".join(one.co_departments) or NONE,
        "fallback_chain": ">".join(one.fallback_chain) or NONE,
        "routing_rule": one.routing_rule,
        "source": one.source,
        **span(one, zone),
    }


def as_unit(one, zone):
    """Return the row of a unit."""
    told = {"organisation": one.organisation, "person": one.person, "phone": one.phone}
    return {"department": one.department_code, "area": one.area_code, **told, **span(one, zone)}


def as_department(one):
    """Return the row of a department."""
    return {"code": one.code, "name": one.name, "name_en": one.name_en}


def clock(minute):
    """Return a minute of the day as 20:00; 1440 is 24:00."""
    return f"{minute // 60:02}:{minute % 60:02}"
