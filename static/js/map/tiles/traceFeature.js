import { toTileUnits } from "./toTileUnits.js";

/** How a layer's feature is drawn; roads by their class. */
const KINDS = {
  road: ({ class: rank }) => ({ expressway: "avenue", national: "avenue", provincial: "avenue", street: "street" })[rank] ?? "lane",
  river: () => "river",
  water: () => "water",
  railway: () => "railway",
  nobodys_land: () => "land",
  administrative_district: () => "district",
  component: () => "component",
  point_of_interest: () => "place",
};

/** In units of the chunk: far below a pixel. */
const DOT = 0.01;

/**
 * Return a GeoJSON feature as paths in tile units, with what its label needs.
 * @param {string} layer
 * @param {object} feature GeoJSON, lon/lat
 * @param {{x: number, y: number, z: number}} coords the tile
 * @param {number} units along the tile's side
 */
export function traceFeature(layer, { geometry, properties }, coords, units) {
  const project = toTileUnits(coords, units);
  const kind = KINDS[layer]?.(properties) ?? "lane";
  return parts(geometry).map((rings) => {
    const lines = rings.map((ring) => ring.map(([lon, lat]) => project(lon, lat)));
    const isArea = geometry.type.endsWith("Polygon");
    return { layer, kind, name: properties.name ?? "", nameEn: properties.name_en ?? "", path: pathOf(lines, isArea), box: boxOf(lines), line: isArea ? null : lines[0] };
  });
}

function parts({ type, coordinates }) {
  if (type === "Point") return [[[coordinates]]];
  if (type === "MultiPoint") return coordinates.map((point) => [[point]]);
  if (type === "LineString") return [[coordinates]];
  if (type === "MultiLineString") return coordinates.map((line) => [line]);
  if (type === "Polygon") return [coordinates];
  return type === "MultiPolygon" ? coordinates : [];
}

/** A point becomes a stroke of next to no length, which a round pen makes a dot; one of no length is not drawn at all. */
function pathOf(lines, isArea) {
  const path = new Path2D();
  for (const line of lines) {
    path.moveTo(...line[0]);
    if (line.length === 1) path.lineTo(line[0][0] + DOT, line[0][1]);
    for (const point of line.slice(1)) path.lineTo(...point);
    if (isArea) path.closePath();
  }
  return path;
}

function boxOf(lines) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of lines.flat()) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return box;
}
