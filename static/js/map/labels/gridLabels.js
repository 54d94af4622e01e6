import { labelStyle } from "./labelStyle.js";
import { labelText } from "./labelText.js";

const NUDGES_PX = [0, -28, 28, -56, 56];
const UPPER_ZOOM_STEP = 2;
const UNIT_LABELS_FROM_ZOOM = 17;

/**
 * Return the labels of grids that find a place, upper levels first.
 * @param {object} labels the CityLabels layer
 * @param {object} scene its `named` holds the levels that are named; without it all are
 * @param {{reserve: Function}} boxes
 * @param {CanvasRenderingContext2D} context measures the texts
 */
export function gridLabels(labels, scene, boxes, context) {
  const { main, shown } = labels.tiles.levelsAt(labels._map.getZoom());
  const named = shown.filter((level) => scene.named?.has(level) ?? (level !== "unit_grid" || labels._map.getZoom() >= UNIT_LABELS_FROM_ZOOM));
  return named.flatMap((level) => {
    const style = labelStyle(level, level === main);
    const candidates = level === main ? filledGrids(labels, style) : upperGrids(labels, scene, level, style);
    return candidates.map((at) => placed({ ...at, ...style, text: labelText(level, at) }, boxes, context, scene)).filter(Boolean);
  });
}

function placed(label, boxes, context, { palette }) {
  context.font = `${label.weight} ${label.size}px ${palette.font}`;
  const width = context.measureText(label.text).width + label.spacing * label.size * label.text.length + 8;
  const nudges = label.size > 14 ? NUDGES_PX : [0];
  const dy = nudges.find((nudge) => boxes.reserve(label.x, label.y + nudge, width, label.size + 7));
  return dy === undefined ? null : { ...label, y: label.y + dy };
}

/** The grids that are filled: the wide ones, whose name has room in them. */
function filledGrids(labels, { least }) {
  const widths = new Map();
  const points = new Map();
  for (const tile of labels.tiles.shownTiles()) {
    const side = labels.tiles.getTileSize().x;
    const scale = side / tile.main.extent;
    for (const { code, box } of tile.main.fills) widths.set(code, joined(widths.get(code), box, tile.coords, side, scale));
    for (const label of tile.main.labels) points.set(label.code, { ...label, ...onCanvas(labels, label, tile.coords, side, scale) });
  }
  const isWide = ({ code }) => widths.has(code) && widths.get(code)[1] - widths.get(code)[0] >= least;
  return [...points.values()].filter(isWide);
}

function joined(range, box, { x }, side, scale) {
  const [west, east] = [x * side + box[0] * scale, x * side + box[2] * scale];
  return range ? [Math.min(range[0], west), Math.max(range[1], east)] : [west, east];
}

function onCanvas(labels, { x, y }, coords, side, scale) {
  const at = labels.fromTile([coords.x * side + x * scale, coords.y * side + y * scale]);
  return { x: at.x, y: at.y };
}

/** Names of levels above the filled one, from a few tiles of a farther zoom. */
function upperGrids(labels, { version, levels }, level) {
  const { zoom_min } = levels.find(({ id }) => id === level);
  const zoom = Math.max(zoom_min, labels._map.getZoom() - UPPER_ZOOM_STEP);
  const factor = 2 ** (labels._map.getZoom() - zoom);
  const side = labels.tiles.getTileSize().x;
  return tilesOfView(labels, zoom, side).flatMap((coords) => {
    const tile = labels.tiles.store.ready(level, coords, version);
    if (!tile) labels.tiles.store.load(level, coords, version).then(labels.soon.bind(labels), () => {});
    const scale = side / (tile?.extent ?? 1);
    return (tile?.labels ?? []).map((label) => ({ ...label, ...scaled(labels, label, coords, side, scale, factor) }));
  });
}

function scaled(labels, { x, y }, coords, side, scale, factor) {
  const at = labels.fromTile([(coords.x * side + x * scale) * factor, (coords.y * side + y * scale) * factor]);
  return { x: at.x, y: at.y };
}

function tilesOfView(labels, zoom, side) {
  const bounds = labels._map.getBounds();
  const from = labels._map.project(bounds.getNorthWest(), zoom).divideBy(side).floor();
  const to = labels._map.project(bounds.getSouthEast(), zoom).divideBy(side).floor();
  const found = [];
  for (let x = from.x; x <= to.x; x++) for (let y = from.y; y <= to.y; y++) found.push({ x, y, z: zoom });
  return found;
}
