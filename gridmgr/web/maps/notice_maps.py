"""The maps of a notice as lines of SVG: no tiles, no script, drawn for paper."""

import dataclasses
import math

import shapely

WIDTH = 360.0
"""Width of a map; units of its drawing."""
LETTER, HAN, LINE = 5.4, 9.6, 12.0
"""Width of a letter and of a Chinese character, and height of a line of labels; units."""
MOST_ROADS = 6


@dataclasses.dataclass(frozen=True)
class Sheet:
    """Takes lon/lat to units of the drawing, y downwards."""

    west: float
    north: float
    across: float
    along: float
    height: float

    def lines(self, shape):
        """Return the path data of a shape, rounded to a tenth of a unit; "" for nothing."""
        moved = shapely.transform(shape, self.points)
        plain = shapely.simplify(moved, 0.2, preserve_topology=True)
        return "".join(path(ring) for ring in rings(plain))

    def points(self, lonlat):
        """Return positions (n, 2) in units."""
        return (lonlat - (self.west, self.north)) * (self.across, -self.along)


def sheet_of(box):
    """Return the Sheet that shows a box (west, south, east, north) as wide as a map is."""
    west, south, east, north = box
    across = WIDTH / (east - west)
    along = across / math.cos(math.radians((south + north) / 2))
    return Sheet(west, north, across, along, (north - south) * along)


def rings(shape):
    """Yield (coordinates, whether closed) of each ring and line of a shape."""
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                yield shapely.get_coordinates(ring)[:-1], True
        elif part.geom_type == "LineString":
            yield shapely.get_coordinates(part), False


def path(ring):
    """Return the path data of one ring or line."""
    points, is_closed = ring
    if not len(points):
        return ""
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points.tolist()) + ("Z" if is_closed else "")


def drawn(place, side, names):
    """Return one map as plain values for the template.

    Parameters
    ----------
    place : Place
    side : str
        ``before`` or ``after``.
    names : callable
        Takes a code and gives the label of the grid.
    """
    sheet = sheet_of(place.box)
    shapes, changed = getattr(place, side), getattr(place, f"changed_{side}")
    order = sorted(shapes, key=lambda code: (code in changed, code.encode()))
    roads = [(road, shapely.clip_by_rect(shape, *place.box)) for road, shape in place.roads]
    return {
        "width": WIDTH,
        "height": round(sheet.height, 1),
        "grids": [{"path": sheet.lines(shapes[code]), "is_changed": code in changed} for code in order],
        "pieces": [sheet.lines(move.shape) for move in place.pieces],
        "roads": [{"path": sheet.lines(line), "kind": kind_of(road)} for road, line in roads],
        "labels": labels(sheet, shapes, changed, names, roads),
        "scale": scale(sheet),
    }


def kind_of(road):
    """Return how wide a road is drawn: main or side."""
    return "main" if road.props.get("class") in ("motorway", "trunk", "primary", "avenue", "secondary") else "side"


def labels(sheet, shapes, changed, names, roads):
    """Return the labels that fit without touching each other, the scale or the arrow: changed grids, others, roads."""
    wanted = [(names(code), shapes[code], code in changed, "grid") for code in shapes]
    wanted.sort(key=lambda one: (not one[2], -one[1].area))
    longest = sorted(((r.name, line) for r, line in roads if r.name), key=lambda pair: -pair[1].length)
    wanted += [(name, line, False, "road") for name, line in longest[:MOST_ROADS]]
    found, taken = [], [shapely.box(0, sheet.height - 24, 130, sheet.height), shapely.box(WIDTH - 32, 0, WIDTH, 42)]
    for text, shape, is_changed, kind in wanted:
        [(x, y)] = sheet.points(shapely.get_coordinates(middle(shape))).tolist()
        half = width_of(text) / 2
        x, y = min(max(x, half + 2), WIDTH - half - 2), min(max(y, LINE / 2 + 2), sheet.height - LINE / 2 - 2)
        box = shapely.box(x - half, y - LINE / 2, x + half, y + LINE / 2)
        if is_changed or not any(box.intersects(other) for other in taken):
            taken.append(box)
            found.append(
                {"x": round(x, 1), "y": round(y + 3.5, 1), "text": text, "is_changed": is_changed, "kind": kind}
            )
    return found


def middle(shape):
    """Return a point on a shape where its name stands."""
    if shape.geom_type.endswith("LineString"):
        longest = max(shapely.get_parts(shape), key=lambda part: part.length)
        return longest.interpolate(0.5, normalized=True)
    return shapely.point_on_surface(shape)


def width_of(text):
    """Return about how wide a label is; units."""
    return sum(HAN if ord(letter) > 0x2E7F else LETTER for letter in text) + 4


def scale(sheet):
    """Return a bar of a round length, about a quarter of the map: metres and units."""
    metre = sheet.along / 111_320
    longest = WIDTH / 4 / metre
    step = 10 ** math.floor(math.log10(longest))
    metres = max(one * step for one in (1, 2, 5) if one * step <= longest)
    return {"metres": int(metres), "width": round(metres * metre, 1)}
