"""Prints what was measured side by side, beside what must and what should be reached, and writes it as JSON.

Every file of this folder that ``make bench`` runs uses it::

    options = table.parser(__doc__).parse_args()
    figures = [Figure("POST where", 2.4, "M points/s", must=0.5, aim=2.0)]
    table.show_figures("Over HTTP", figures)
    table.write(options.json, "serving", figures=figures)
"""

import argparse
import dataclasses
import datetime as dt
import importlib.metadata
import importlib.util
import json
import os
import pathlib
import platform

RESULTS = pathlib.Path(__file__).parent / "results"
NAMED = ("numpy", "shapely", "numba", "geopandas", "duckdb", "sedonadb", "pyarrow", "flask", "granian")


@dataclasses.dataclass(frozen=True)
class Figure:
    """One figure beside its goals.

    ``must`` and ``aim`` are None where there is no such goal; ``less`` tells that
    less is better.
    """

    name: str
    value: float
    unit: str
    must: float | None = None
    aim: float | None = None
    less: bool = False

    def reaches(self, goal):
        """Tell whether the value is as good as ``goal``."""
        return self.value <= goal if self.less else self.value >= goal

    @property
    def verdict(self):
        """Say which of the goals is reached; nothing where there is none."""
        if self.must is None and self.aim is None:
            return ""
        if self.must is not None and not self.reaches(self.must):
            return "must MISSED"
        if self.aim is None:
            return "must reached"
        return "aim reached" if self.reaches(self.aim) else "must reached, aim missed"


def parser(description):
    """Return the reader of arguments that all measurements share; a file adds its own."""
    reader = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--json", type=pathlib.Path, default=RESULTS, metavar="FOLDER", help="where the JSON goes")
    return reader


def show(title, head, rows):
    """Print a table: a title, a line of column names, rows of texts; the first column to the left, others right."""
    cells = [tuple(map(text, row)) for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    print(f"\n{title}")
    for row in cells:
        print("  " + "  ".join(aligned(row, widths)).rstrip(), flush=True)


def aligned(row, widths):
    """Return the cells of a row, filled up to the widths of their columns."""
    first, *rest = zip(row, widths, strict=True)
    return [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in rest)]


def text(value):
    """Return a value as a cell shows it: three figures for what is not whole."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def show_figures(title, figures):
    """Print Figures with their goals and whether they are reached."""
    head = ("what", "measured", "unit", "must", "aim", "")
    show(title, head, [(f.name, f.value, f.unit, f.must, f.aim, f.verdict) for f in figures])


def write(folder, name, *, figures=(), **more):
    """Write the Figures, and what else is given, to ``folder``/``name``.json with the machine and the time."""
    folder.mkdir(parents=True, exist_ok=True)
    found = [dataclasses.asdict(f) | {"verdict": f.verdict} for f in figures]
    content = {"at": now(), "machine": machine(), "figures": found, **more}
    (folder / f"{name}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def now():
    """Return this instant as text, in UTC."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def machine():
    """Return what the figures hang on: processor, cores, Python and the versions of packages."""
    versions = {name: importlib.metadata.version(name) for name in NAMED if importlib.util.find_spec(name)}
    return {"processor": platform.machine(), "cores": os.cpu_count(), "python": platform.python_version()} | versions
