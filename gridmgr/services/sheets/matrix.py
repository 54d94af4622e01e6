"""The matrix comes in by sheet: departments, their units, and who leads in which matter where."""

import collections
import dataclasses
import datetime as dt

from gridmgr.domain.categories import NATIONAL_2026, Category
from gridmgr.domain.responsibility import Department, Responsibility, Unit
from gridmgr.domain.staff import holds
from gridmgr.i18n import N_
from gridmgr.services import sheets, trail
from gridmgr.services.sheets import matrix_lines
from gridmgr.services.sheets.matrix_lines import DepartmentLine, EntryLine, UnitLine
from gridmgr.services.staffing import Imported
from gridmgr.services.transactions import reading, writing
from gridmgr.store import bulk, cities, revisions
from gridmgr.store import categories as category_rows
from gridmgr.store import responsibility as responsibility_rows
from gridmgr.store.grids import identities

ORDER = (DepartmentLine, UnitLine, EntryLine)
NOTHING_NEW = N_("rows that say nothing new")


@dataclasses.dataclass
class Book:
    """The matrix as it is known, growing line by line; ``new`` is what is to be written."""

    at: dt.datetime
    by: str
    areas: set[str]
    departments: dict[str, Department]
    categories: dict[str, Category]
    units: dict[tuple[str, str], list[Unit]]
    entries: dict[tuple[str, str], list[Responsibility]]
    counts: collections.Counter = dataclasses.field(default_factory=collections.Counter)
    new: list = dataclasses.field(default_factory=list)

    def take(self, line):
        """Take a line in; yield what about it cannot be used."""
        problems = [*self.unknown(line)]
        taking = {DepartmentLine: self.take_department, UnitLine: self.take_unit, EntryLine: self.take_entry}
        yield from problems or taking[type(line)](line)

    def unknown(self, line):
        """Yield a problem for each code in the line that is not known."""
        if isinstance(line, DepartmentLine):
            return
        if line.area and line.area not in self.areas:
            message = N_("there is no area or grid {value}; leave the cell empty for the whole city.")
            yield line.row.problem("area", message)
        named = {"department": [line.department]}
        if isinstance(line, EntryLine):
            named |= {"co_departments": line.co_departments, "fallback_chain": line.fallback_chain}
            if line.category not in self.categories and not line.category_name:
                yield line.row.problem("category", unknown_category(line, self.categories))
        for column, codes in named.items():
            for code in set(codes or ()) - self.departments.keys():
                message = N_("there is no department {code}; add a sheet with code and name of departments.")
                yield line.row.problem(column, message, code=code)

    def take_department(self, line):
        """Add a department, or rename it."""
        known = self.departments.get(line.code)
        if known is None:
            self.departments[line.code] = Department(line.code, line.name, line.name_en)
            self.add(self.departments[line.code], N_("departments added"))
        elif (known.name, known.name_en) == (line.name, line.name_en or known.name_en):
            self.counts[NOTHING_NEW] += 1
        else:
            known.name, known.name_en = line.name, line.name_en or known.name_en
            self.counts[N_("departments renamed")] += 1
        return ()

    def take_unit(self, line):
        """Add a unit; the one that was there until then ends."""
        starts = line.valid_from or self.at
        told = (line.organisation, line.person, line.phone)
        known = self.units.setdefault((line.department, line.area), [])
        if any((u.organisation, u.person, u.phone) == told and is_known(u, line, starts) for u in known):
            self.counts[NOTHING_NEW] += 1
            return
        yield from self.supersede(known, starts, line, N_("units ended"))
        made = Unit(line.department, line.area, *told, starts, line.valid_to, self.at, self.by)
        known.append(made)
        self.add(made, N_("units added"))

    def take_entry(self, line):
        """Add an entry; empty cells take what held there or for the whole city, and that entry ends."""
        self.take_category(line)
        starts = line.valid_from or self.at
        known = self.entries.setdefault((line.category, line.area), [])
        made = self.as_entry(line, starts, known)
        if any(content(entry) == content(made) and is_known(entry, line, starts) for entry in known):
            self.counts[NOTHING_NEW] += 1
            return
        yield from self.supersede(known, starts, line, N_("entries ended"))
        known.append(made)
        self.add(made, N_("entries added"))

    def take_category(self, line):
        """Add a category of the city's own where the code lists have none."""
        if line.category not in self.categories:
            made = Category(
                NATIONAL_2026, "matter", line.category, line.category_name, line.category_name_en, is_local=True
            )
            self.categories[line.category] = made
            self.add(made, N_("categories added"))

    def as_entry(self, line, starts, known):
        """Return the entry of a line, with its empty cells filled from what held before or city-wide."""
        city_wide = self.entries.get((line.category, ""), ())
        entry = latest(known, starts) or latest(city_wide, starts) or Responsibility(line.category, "", "", starts)
        return Responsibility(
            line.category,
            line.area,
            line.department,
            starts,
            list(entry.co_departments if line.co_departments is None else line.co_departments),
            chain_of(line, entry),
            line.routing_rule or entry.routing_rule,
            False,
            line.source,
            line.valid_to,
            self.at,
            self.by,
        )

    def supersede(self, known, starts, line, counted):
        """Let those of ``known`` that hold at ``starts`` end there; yield a problem where one begins just then."""
        for row in known:
            if row.valid_from == starts:
                message = N_("another row says something else from that very instant; give one of them a later from.")
                yield line.row.problem("from", message)
            elif holds(row, starts):
                row.valid_to = starts
                self.counts[counted] += 1

    def add(self, made, counted):
        """Note a new row."""
        self.new.append(made)
        self.counts[counted] += 1


def unknown_category(line, categories):
    """Return why the category of a line is not known; a spreadsheet may have eaten its leading zero."""
    if line.category.zfill(5) in categories:
        return N_("there is no category {value}; its leading zero was lost, so format the column as text.")
    return N_("there is no category {value}; correct it, or give its name in a column category_name.")


def chain_of(line, entry):
    """Return the fallback chain of a line: its own, or that of ``entry`` with the lead exchanged."""
    if line.fallback_chain is not None:
        return line.fallback_chain
    return [line.department if code == entry.department_code else code for code in entry.fallback_chain]


def is_known(row, line, starts):
    """Return whether ``row`` already says what a line with the same content says."""
    same_start = row.valid_from == line.valid_from if line.valid_from else holds(row, starts)
    return same_start and row.valid_to == line.valid_to


def content(entry):
    """Return what an entry says, apart from its times."""
    return entry.department_code, entry.co_departments, entry.fallback_chain, entry.routing_rule, entry.to_confirm


def latest(entries, at):
    """Return the entry that holds at ``at``, None for none."""
    return max((entry for entry in entries if holds(entry, at)), key=lambda entry: entry.valid_from, default=None)


def import_matrix(engine, path, *, at, by, dry_run=False):
    """Take a matrix workbook or a CSV sheet of it in, and return what it changed.

    Sheets are told by their columns: category and department (entries),
    department and organisation (units), code and name (departments). A new
    entry or unit ends the one before it in the same area; an import with the
    same content says nothing new. Nothing is written unless every row can be used.

    Raises
    ------
    SheetRefused
        Names each row and cell that cannot be used.
    """
    with reading(engine) as session:
        timezone = cities.the_city(session).timezone
    lines, problems = read(path, timezone)
    with (reading if dry_run else writing)(engine) as session:
        book = load(session, at=at, by=by)
        problems += [problem for line in lines for problem in book.take(line)]
        if problems or dry_run:
            session.expunge_all()
        if problems:
            raise sheets.SheetRefused(problems)
        if not dry_run:
            bulk.insert(session, sorted(book.new, key=lambda row: type(row).__name__))
            revisions.raise_(session, "responsibility")
            told = {"file": sheets.shown_name(path), "rows": len(lines), **book.counts}
            trail.record(session, by, "import_matrix", "matrix", told, at=at)
    return Imported(len(lines), dict(book.counts), not dry_run)


def read(path, timezone):
    """Return (lines, problems) of a file: departments before units before entries."""
    found = [(matrix_lines.reader_of(sheet), sheet) for sheet in sheets.read_sheets(path, matrix_lines.NAMES)]
    read_ones = [sheets.read_each(reader, sheet.rows, timezone) for reader, sheet in found if reader is not None]
    if not any(lines or problems for lines, problems in read_ones):
        raise sheets.UnreadableFile(
            "{file} has no rows under columns category and department, or department and organisation: "
            "gridmgr template matrix OUT.xlsx writes an example.",
            file=sheets.shown_name(path),
        )
    lines = [line for found_lines, _ in read_ones for line in found_lines]
    return sorted(lines, key=lambda line: ORDER.index(type(line))), [p for _, ps in read_ones for p in ps]


def load(session, *, at, by):
    """Return the Book of a city."""
    entries, units, departments = responsibility_rows.rows(session)
    book = Book(
        at,
        by,
        areas=set(identities.by_code(session)),
        departments={department.code: department for department in departments},
        categories={category.code: category for category in category_rows.matters(session)},
        units={},
        entries={},
    )
    for unit in units:
        book.units.setdefault((unit.department_code, unit.area_code), []).append(unit)
    for entry in entries:
        book.entries.setdefault((entry.category_code, entry.area_code), []).append(entry)
    return book


def listed(engine, *, at, to_confirm=False):
    """Return the entries that hold at ``at`` as rows: code, matter, area, lead, assisting, fallback, to confirm."""
    with reading(engine) as session:
        names = {category.code: category.name for category in category_rows.matters(session)}
        entries = responsibility_rows.entries(session, at)
        return [as_row(entry, names) for entry in entries if entry.to_confirm or not to_confirm]


def as_row(entry, names):
    """Return an entry as texts."""
    chain, helpers = " > ".join(entry.fallback_chain), ", ".join(entry.co_departments)
    name, mark = names.get(entry.category_code, ""), "?" if entry.to_confirm else ""
    return entry.category_code, name, entry.area_code or "—", entry.department_code, helpers, chain, mark


def book(engine, *, at):
    """Return (entries that hold at ``at``, their units, the departments, category code → Category)."""
    with reading(engine) as session:
        known = {category.code: category for category in category_rows.matters(session)}
        found = *responsibility_rows.rows(session, at), known
        session.expunge_all()
    return found
