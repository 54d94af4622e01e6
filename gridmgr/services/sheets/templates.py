"""Templates: filled-in examples of the sheets that people send in, with a page that explains each column."""

import dataclasses

from gridmgr import resources
from gridmgr.domain import layers
from gridmgr.domain.categories import rows
from gridmgr.errors import Invalid
from gridmgr.services import cities
from gridmgr.services.catalogue import catalogue, owner_level
from gridmgr.services.transactions import reading
from gridmgr.store.grids import identities

SAND, INK = "F3E7C8", "17272C"


@dataclasses.dataclass(frozen=True)
class Column:
    """A column: its two names, what goes into it, and whether every row needs it."""

    name: str
    name_zh: str
    about: str
    about_zh: str
    required: bool = False
    width: int = 16


STAFF = (
    Column("person", "工号", "Code of the person", "人员编号，唯一", True, 12),
    Column("name", "姓名", "Name; needed where the person is new", "姓名，新人必填", width=12),
    Column("phone", "电话", "Phone; only the signed-in see it", "电话，登录后可见"),
    Column("department", "部门", "Department code, like UME", "部门代码，如 UME", width=12),
    Column("grid", "网格", "Code of the grid or area", "网格或区域代码", width=20),
    Column("role", "岗位", "chief, deputy or officer; empty for duty only", "网格长、副网格长、网格员；只排班可空"),
    Column("from", "起", "First day or instant, the city's time; empty is now", "起始日或时刻，空为现在"),
    Column("to", "止", "First day off; empty is open", "不再任职的第一天，空为长期"),
    Column("weekdays", "值班日", "1-5 (1 is Monday), 6,7, Mon-Fri or daily", "1-5（1 为周一）、6,7、周一至周五、每天"),
    Column("starts", "值班开始", "Time of day, like 20:00", "时刻，如 20:00", width=10),
    Column(
        "ends", "值班结束", "Time of day; earlier than the start runs over midnight", "时刻；早于开始即跨午夜", width=10
    ),
    Column("stands_in_for", "代谁的班", "Code of the person who is away; needs from and to", "被代班人工号，须填起止"),
    Column("reason", "事由", "Why", "事由", width=20),
    Column("left_at", "离职时间", "When the person leaves the service", "离职时间"),
)
ENTRIES = (
    Column("category", "小类代码", "Code of the matter, as text", "事项小类代码，文本格式", True, 12),
    Column("area", "区域", "Code of a grid or area; empty is the whole city", "网格或区域代码，空为全市", width=20),
    Column("department", "部门", "Code of the lead", "牵头部门代码", True, 12),
    Column(
        "co_departments", "协办部门", "Codes with | between; - for none; empty keeps", "代码以 | 分隔，- 为无，空为不变"
    ),
    Column("fallback_chain", "兜底顺序", "Codes with > between; empty keeps", "代码以 > 分隔，空为不变", width=34),
    Column("routing_rule", "派遣规则", "owner_first or territory_first; empty keeps", "先属主 或 先属地，空为不变"),
    Column("source", "依据", "Document that says so", "依据文件", width=24),
    Column("from", "起", "Since when; empty is now", "起始，空为现在"),
    Column("to", "止", "First day on which it no longer holds", "失效的第一天"),
    Column("category_name", "类别名称", "Name of a category that is on no list", "自设类别的名称", width=20),
)
UNITS = (
    Column(
        "department",
        "部门",
        "Code; SUB, COM and DISTRICT are the offices of the spot",
        "部门代码；SUB、COM、DISTRICT 为属地",
        True,
        12,
    ),
    Column("area", "区域", "Code of an evaluated area; empty is the whole city", "考评区域代码，空为全市", width=20),
    Column("organisation", "单位", "The office that answers", "承办单位", True, 34),
    Column("person", "责任人", "Who is responsible there", "责任人", True, 12),
    Column("phone", "电话", "Phone; only the signed-in see it", "电话，登录后可见"),
    Column("from", "起", "Since when; empty is now", "起始，空为现在"),
    Column("to", "止", "First day on which it no longer holds", "失效的第一天"),
)
DEPARTMENTS = (
    Column("code", "代码", "Code, short", "代码", True, 14),
    Column("name", "名称", "Name", "名称", True, 28),
    Column("name_en", "英文名", "English name", "英文名", width=28),
)
GRIDS = (
    Column("code", "网格标识码", "Code of the grid, as text", "网格标识码，文本格式", True, 20),
    Column("name", "名称", "Name", "名称", width=20),
    Column("parent", "上级代码", "Code of the area above", "上级代码", width=20),
    Column(
        "wkt",
        "边界",
        "POLYGON in lon/lat, or use a GeoJSON, Shapefile or GeoPackage",
        "边界（经纬度 WKT），也可用图层文件",
        True,
        70,
    ),
)


def write_template(kind, path, *, codes=()):
    """Write a filled-in example workbook.

    Parameters
    ----------
    kind : str
        ``staff``, ``matrix`` or ``grids``.
    path : path
        Where to; the ending is .xlsx.
    codes : sequence of str
        Grids of the city to use in the example rows; made-up codes without.

    Raises
    ------
    Invalid
        There is no such template, or the ending is another.
    """
    if kind not in TEMPLATES:
        raise Invalid("There is no template {kind}; write staff, matrix or grids.", kind=kind)
    if not str(path).lower().endswith(".xlsx"):
        raise Invalid("{file} must end in .xlsx.", file=path)
    book_of(kind, codes).save(path)


def book_of(kind, codes=()):
    """Return the filled-in example workbook of a kind, as ``write_template`` writes it."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    pages = TEMPLATES[kind](list(codes))
    for title, columns, lines in pages:
        fill(book.create_sheet(title), columns, lines)
    explain(book.create_sheet("说明 notes"), pages)
    return book


def example_codes(url, kind):
    """Return codes of the city at ``url`` for the example rows, none where there is no city yet."""
    if kind == "grids":
        return []
    level = owner_level() if kind == "staff" else layers.evaluated_level(catalogue())
    try:
        engine = cities.open_city(url)
    except cities.NoCity:
        return []
    try:
        with reading(engine) as session:
            return identities.examples(session, level)
    finally:
        engine.dispose()


def fill(sheet, columns, lines):
    """Write the header and the example rows; every cell is text, so that codes keep their zeros."""
    from openpyxl.styles import Font, PatternFill

    sheet.append([column.name for column in columns])
    for line in lines:
        sheet.append([line.get(column.name, "") or None for column in columns])
    for cell, column in zip(sheet[1], columns, strict=True):
        cell.font = Font(bold=True, color=INK)
        cell.fill = PatternFill("solid", fgColor=SAND if column.required else "E5EAEA")
        sheet.column_dimensions[cell.column_letter].width = column.width
        sheet.column_dimensions[cell.column_letter].number_format = "@"
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.number_format = "@"
    sheet.freeze_panes = "A2"


def explain(sheet, pages):
    """Write what goes into each column, in both languages."""
    from openpyxl.styles import Font

    sheet.append(["sheet", "栏目 / column", "要点", "what goes in"])
    for title, columns, _ in pages:
        for column in columns:
            star = " *" if column.required else ""
            sheet.append([title, f"{column.name_zh} / {column.name}{star}", column.about_zh, column.about])
    sheet.append([])
    sheet.append(["", "导入 / import", *IMPORT_NOTES[pages[0][0]]])
    for letter, width in zip("ABCD", (14, 30, 44, 62), strict=True):
        sheet.column_dimensions[letter].width = width
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"


def staff_pages(codes):
    """Return the pages of the staff workbook: two grids with chief, deputy, day and night duty, and a substitution."""
    first, second = [*codes, "13030200100101", "13030200100102"][:2]
    people = [
        {
            "person": "P0001",
            "name": "王海涛",
            "phone": "0335-5550101",
            "department": "SUB",
            "grid": first,
            "role": "chief",
        },
        {
            "person": "P0002",
            "name": "李红梅",
            "phone": "0335-5550102",
            "department": "SUB",
            "grid": first,
            "role": "deputy",
        },
        {"person": "P0001", "grid": first, "weekdays": "1-5", "starts": "08:00", "ends": "20:00"},
        {"person": "P0003", "name": "李文博", "phone": "0335-5550103", "department": "UME", "grid": first}
        | {"weekdays": "daily", "starts": "20:00", "ends": "08:00"},
        {"person": "P0002", "grid": first, "weekdays": "6,7", "starts": "08:00", "ends": "20:00"},
        {
            "person": "P0004",
            "name": "张梦瑶",
            "phone": "0335-5550104",
            "department": "SUB",
            "grid": second,
            "role": "chief",
        },
        {"person": "P0002", "stands_in_for": "P0004", "from": "2026-12-01", "to": "2026-12-08", "reason": "年假 leave"},
    ]
    return [("staff", STAFF, people)]


def matrix_pages(codes):
    """Return the pages of the matrix workbook: an entry city-wide and one for an area, units, and the departments."""
    area = codes[0] if codes else ""
    text = (resources.directory("layers") / "departments.csv").read_text(encoding="utf-8")
    departments = [
        {"code": r["code"], "name": r["name_zh"], "name_en": r["name_en"]}
        for r in rows(text, "departments.csv", ("code",))
    ]
    entries = [
        {"category": "06012", "department": "SAN", "co_departments": "SUB", "source": "城市管理职责清单"}
        | {
            "fallback_chain": "SAN>SUB>DISTRICT>CITY_COMMAND",
            "routing_rule": "territory_first",
            "category_name": "道路不洁",
        },
        {
            "category": "06004",
            "area": area,
            "department": "HCD",
            "source": "住建管房屋立面",
            "category_name": "建筑物外立面污损",
        },
    ]
    units = [
        {"department": "SAN", "organisation": "市环境卫生管理处", "person": "赵立群", "phone": "0335-5550201"},
        {
            "department": "HCD",
            "area": area,
            "organisation": "区住房和城乡建设局",
            "person": "周淑华",
            "phone": "0335-5550202",
        },
        {"department": "CITY_COMMAND", "organisation": "市指挥中心", "person": "陈立平", "phone": "0335-5550200"},
    ]
    return [("matrix", ENTRIES, entries), ("units", UNITS, units), ("departments", DEPARTMENTS, departments)]


def grid_pages(codes):
    """Return the page of the grid workbook: two grids side by side."""
    square = "POLYGON (({w} 39.93, {e} 39.93, {e} 39.934, {w} 39.934, {w} 39.93))"
    grids = [
        {
            "code": "13030200100101",
            "name": "红旗里 01",
            "parent": "130302001001",
            "wkt": square.format(w=119.600, e=119.605),
        },
        {
            "code": "13030200100102",
            "name": "红旗里 02",
            "parent": "130302001001",
            "wkt": square.format(w=119.605, e=119.610),
        },
    ]
    return [("grids", GRIDS, grids)]


IMPORT_NOTES = {
    "staff": ("gridmgr staff import 本文件（--dry-run 只试算）", "gridmgr staff import THIS.xlsx (--dry-run tries it)"),
    "matrix": (
        "gridmgr matrix import 本文件（--dry-run 只试算）",
        "gridmgr matrix import THIS.xlsx (--dry-run tries it)",
    ),
    "grids": (
        "把 grids 页另存为 CSV（UTF-8），再 gridmgr layer import grids.csv --layer responsibility_grid",
        "Save the page grids as CSV (UTF-8), then gridmgr layer import grids.csv --layer responsibility_grid",
    ),
}
TEMPLATES = {"staff": staff_pages, "matrix": matrix_pages, "grids": grid_pages}
