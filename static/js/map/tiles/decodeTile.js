import { PbfReader } from "../../../vendor/pbf/index.js";
import { VectorTile } from "../../../vendor/vector-tile/index.js";

const EXTENT = 4096;

/**
 * @typedef {object} Tile what a vector tile of grids holds, ready to be drawn
 * @property {number} extent tile units along one side
 * @property {{code: string, shade: number, path: Path2D, box: number[]}[]} fills
 * @property {Map<string, Path2D>} borders level → every shared border whose highest side is of that level
 * @property {{code: string, name: string, x: number, y: number}[]} labels
 */

/**
 * Return what is in a Mapbox vector tile of grids.
 * @param {ArrayBuffer} buffer
 * @returns {Tile}
 */
export function decodeTile(buffer) {
  const { layers } = new VectorTile(new PbfReader(buffer));
  return {
    extent: layers.fill?.extent ?? layers.border?.extent ?? EXTENT,
    fills: features(layers.fill).map(fill),
    borders: bordersByLevel(features(layers.border)),
    labels: features(layers.label).map(label),
  };
}

function features(layer) {
  return Array.from({ length: layer?.length ?? 0 }, (_, position) => layer.feature(position));
}

function fill(feature) {
  const path = new Path2D();
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of feature.loadGeometry()) {
    trace(path, ring);
    path.closePath();
    for (const { x, y } of ring) widen(box, x, y);
  }
  return { code: String(feature.properties.code), shade: Number(feature.properties.shade), path, box };
}

function bordersByLevel(lines) {
  const borders = new Map();
  for (const line of lines) {
    const level = line.properties.level;
    if (!borders.has(level)) borders.set(level, new Path2D());
    for (const part of line.loadGeometry()) trace(borders.get(level), part);
  }
  return borders;
}

function label(feature) {
  const [[{ x, y }]] = feature.loadGeometry();
  return { code: String(feature.properties.code), name: String(feature.properties.name ?? ""), nameEn: feature.properties.name_en ?? "", x, y };
}

function trace(path, points) {
  path.moveTo(points[0].x, points[0].y);
  for (let i = 1; i < points.length; i++) path.lineTo(points[i].x, points[i].y);
}

function widen(box, x, y) {
  if (x < box[0]) box[0] = x;
  if (y < box[1]) box[1] = y;
  if (x > box[2]) box[2] = x;
  if (y > box[3]) box[3] = y;
}
