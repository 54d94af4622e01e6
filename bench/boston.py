"""What becomes of Boston's own files: defects of its wards, their repair, and a year's reports against them.

Usage: python -m bench.boston [FOLDER]; the folder holds the City of Boston's open
data (``wards.geojson``, ``boston_311_2025.csv``), by default ../shared/data/boston
beside the checkout. Everything goes through the use cases that the commands call,
into a city file of its own that is thrown away.

How the defects are counted: *bad edges* are the wards named by an ``overlap``,
``gap`` or ``near_miss``; *holes* are the ``gap`` findings, with no city boundary to
measure against; the *overlap* is the sum over pairs of wards.
"""

import csv
import dataclasses
import datetime as dt
import pathlib
import tempfile
import time
from typing import Any

import shapely

from bench import table
from gridmgr.geometry.crs import metric_of
from gridmgr.services import auditing, cities, layers, routing
from gridmgr.services.bulk import files

FOLDER = pathlib.Path(__file__).parents[2] / "shared" / "data" / "boston"
BBOX = "-71.2,42.2,-70.8,42.45"
NOW = dt.datetime(2025, 6, 1, 16, tzinfo=dt.UTC)
LEVEL = "responsibility_grid"


@dataclasses.dataclass(frozen=True)
class Stray:
    """A report that did not go to the ward its record names.

    ``found`` is empty outside the city; a distance is infinite to a ward that
    does not exist, and to the border of none.
    """

    number: str
    lon: float
    lat: float
    recorded: str
    found: str
    distance_m: float
    border_m: float


def founded(url):
    """Found a city without a boundary; return its engine."""
    cities.found(url, name="Boston", bbox=BBOX, timezone="America/New_York", profile="any", at=NOW, by="bench")
    return cities.open_city(url)


def brought(engine, path, **options):
    """Import wards into the one draft; return the ImportReport."""
    return layers.import_file(engine, path, LEVEL, code="WARD", at=NOW, by="bench", **options)


def defects(engine, draft):
    """Return what the audit of the land says of a draft, as counts and m²."""
    found = [f for f in auditing.audit(engine, draft=draft, at=NOW).findings if auditing.part_of(f.kind) == "land"]
    edges = {code for f in found if f.kind in ("overlap", "gap", "near_miss") for code in f.codes}
    return {
        "invalid": sum(f.kind == "invalid" for f in found),
        "bad_edges": len(edges),
        "holes": sum(f.kind == "gap" for f in found),
        "overlap_m2": sum(f.area_m2 for f in found if f.kind == "overlap"),
        "findings": len(found),
    }


def routed(engine, draft, source, target):
    """Route the reports by a draft; return the rows of the answer that have a position, as dicts."""
    known = routing.knowledge(engine, at=NOW, draft=draft)
    files.route_file(engine, known, source, target, columns=files.Columns(), at=NOW, is_draft=draft is not None)
    with pathlib.Path(target).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def strays(rows, shapes):
    """Return the Strays among routed rows, nearest to their recorded ward first.

    Parameters
    ----------
    rows : list of dict
        As ``routed`` gives them.
    shapes : dict of str to Polygon or MultiPolygon
        Ward code → shape, lon/lat.
    """
    metric = metric_of(list(shapes.values()))
    flat = dict(zip(shapes, metric(list(shapes.values())), strict=True))
    found = [stray(row, flat, metric) for row in rows if recorded(row) != row[LEVEL]]
    return sorted(found, key=lambda one: one.distance_m)


def stray(row, flat, metric) -> Stray:
    """Return the Stray of one row, with its distances to the recorded ward and to the border of the one found."""
    lon, lat = float(row["routed_lon"]), float(row["routed_lat"])
    [point] = metric([shapely.Point(lon, lat)])
    home = flat.get(recorded(row))
    border = shapely.boundary(flat[row[LEVEL]]) if row[LEVEL] in flat else None
    return Stray(
        row["case_enquiry_id"],
        lon,
        lat,
        recorded(row),
        row[LEVEL],
        float("inf") if home is None else float(shapely.distance(home, point)),
        float("inf") if border is None else float(shapely.distance(border, point)),
    )


def recorded(row):
    """Return the code of the ward that a row names, like ``Ward 3`` or ``03``."""
    digits = row["ward"].removeprefix("Ward").strip()
    return str(int(digits)) if digits else ""


def moved(before, after):
    """Return the rows, before and after the repair, that changed owner between the two."""
    return [(old, new) for old, new in zip(before, after, strict=True) if old[LEVEL] != new[LEVEL]]


def shapes_of(engine, draft) -> dict[str, Any]:
    """Return ward code → shape, as the draft holds them."""
    boundaries = routing.knowledge(engine, at=NOW, draft=draft).ground.boundaries
    return {code: boundaries.shapes[code] for code in boundaries.at_level(LEVEL)}


def main(folder, work):
    """Run the whole job, print what came of it, and return that as a dict."""
    reports, began = folder / "boston_311_2025.csv", time.monotonic()
    engine = founded(f"gpkg:///{work / 'city.gpkg'}")
    draft = brought(engine, folder / "wards.geojson").draft_id
    found = {"published": defects(engine, draft)}
    print("As published:", found["published"])
    before = routed(engine, draft, reports, work / "before.csv")
    changes = brought(engine, folder / "wards.geojson", repair=True).changes
    found["repaired"] = defects(engine, draft)
    print(f"After {len(changes)} repairs:", found["repaired"], "wards:", len(shapes_of(engine, draft)))
    after = routed(engine, draft, reports, work / "after.csv")
    for title, rows in (("before", before), ("after", after)):
        found[f"at home {title}"] = sum(recorded(r) == r[LEVEL] for r in rows)
        print(f"{title} the repair: {found[f'at home {title}']} of {len(rows)} in the recorded ward")
    print_strays(strays(after, shapes_of(engine, draft)))
    print("Changed owner by the repair:", [(o["case_enquiry_id"], o[LEVEL], n[LEVEL]) for o, n in moved(before, after)])
    print(f"{time.monotonic() - began:.1f} s")
    engine.dispose()
    return found


def print_strays(found):
    """Print the reports that are not in their recorded ward, one a line."""
    print(
        f"\n{'report':>14} {'lon':>11} {'lat':>10} {'recorded':>8} {'found':>6} {'m to recorded':>13} {'m to border':>11}"
    )
    for s in found:
        print(
            f"{s.number:>14} {s.lon:11.6f} {s.lat:10.6f} {s.recorded or '–':>8} {s.found or '–':>6}"
            f" {s.distance_m:13.1f} {s.border_m:11.1f}"
        )
    print()


def read_arguments():
    """Return the folder of the data, and where the JSON goes."""
    reader = table.parser(__doc__)
    reader.add_argument("folder", type=pathlib.Path, nargs="?", default=FOLDER)
    return reader.parse_args()


if __name__ == "__main__":
    options = read_arguments()
    if options.folder.is_dir():
        with tempfile.TemporaryDirectory() as scratch:
            table.write(options.json, "boston", **main(options.folder, pathlib.Path(scratch)))
    else:
        print(f"Left out: there is no folder {options.folder} with the City of Boston's files.")
