import { borderStyle } from "./borderStyle.js";
import { drawFeatures } from "./drawFeatures.js";

const FILL_ALPHA = 0.74;
const NEIGHBOUR_ALPHA = 0.46;
/** Along one side of a tile, so that they go on in the next. */
const DIAGONALS = 32;

/**
 * Draw one tile of the city: land, fills, streets and rivers, borders; in that order.
 * @param {CanvasRenderingContext2D} context
 * @param {object} scene
 * @param {import("./decodeTile.js").Tile} scene.main
 * @param {import("./decodeTile.js").Tile|null} scene.overlay
 * @param {string[]} scene.shown levels whose borders are drawn, top down
 * @param {(code: string, shade: number) => string|null} scene.colour
 * @param {Set<string>} scene.unattended codes hatched because nobody is on duty
 * @param {object[]} scene.features streets, rivers, rails and things of this place
 * @param {object} scene.palette
 * @param {number} scene.zoom
 * @param {number} side the tile's side in canvas pixels
 * @param {number} ratio canvas pixels a css pixel
 */
export function drawTile(context, scene, side, ratio) {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, side, side);
  inTileUnits(context, scene.main, side);
  if (scene.hasLand) drawLand(context, scene);
  drawFills(context, scene);
  drawUnattended(context, scene);
  for (const part of scene.features) drawFeatures(context, part, scene.palette, side, ratio);
  drawBorders(context, scene, scene.main, side, ratio);
  if (scene.overlay) drawBorders(context, { ...scene, shown: ["unit_grid"] }, scene.overlay, side, ratio);
}

function inTileUnits(context, tile, side) {
  const scale = side / tile.extent;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  return scale;
}

function drawLand(context, { main, palette }) {
  context.fillStyle = palette["map-land"];
  for (const { path } of main.fills) context.fill(path, "evenodd");
}

function drawFills(context, { main, colour, palette, isPicture, hasLand }) {
  context.globalAlpha = isPicture ? NEIGHBOUR_ALPHA : FILL_ALPHA;
  context.globalCompositeOperation = hasLand && palette["map-blend"] === "multiply" ? "multiply" : "source-over";
  for (const { code, shade, path } of main.fills) {
    const filled = colour(code, shade);
    if (!filled) continue;
    context.fillStyle = filled;
    context.fill(path, "evenodd");
  }
  context.globalAlpha = 1;
  context.globalCompositeOperation = "source-over";
}

function drawUnattended(context, { main, unattended, palette }) {
  const marked = main.fills.filter(({ code }) => unattended.has(code));
  if (!marked.length) return;
  context.save();
  const clip = new Path2D();
  for (const { path } of marked) clip.addPath(path);
  context.clip(clip, "evenodd");
  drawDiagonals(context, palette.gap, main.extent);
  context.restore();
}

function drawDiagonals(context, colour, extent) {
  const step = extent / DIAGONALS;
  context.globalAlpha = 0.45;
  context.strokeStyle = colour;
  context.lineWidth = step / 4.5;
  context.beginPath();
  for (let at = -extent; at < extent; at += step) {
    context.moveTo(at, extent);
    context.lineTo(at + extent, 0);
  }
  context.stroke();
}

function drawBorders(context, { shown, palette, zoom }, tile, side, ratio) {
  const scale = inTileUnits(context, tile, side);
  const pixel = ratio / scale;
  context.lineJoin = "round";
  context.lineCap = "butt";
  const present = shown.filter((level) => tile.borders.has(level)).map((level) => [tile.borders.get(level), borderStyle(level, palette, zoom)]);
  for (const [path, style] of present) if (style.band) drawBand(context, path, style, palette, pixel);
  for (const [path, style] of present.reverse()) drawLine(context, path, style, pixel);
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function drawBand(context, path, style, palette, pixel) {
  context.setLineDash([]);
  context.globalAlpha = 1;
  context.strokeStyle = palette["sub-band"];
  context.lineWidth = style.band * pixel;
  context.stroke(path);
}

function drawLine(context, path, style, pixel) {
  context.setLineDash(style.dash.map((length) => length * pixel));
  context.globalAlpha = style.alpha;
  context.strokeStyle = style.colour;
  context.lineWidth = style.width * pixel;
  context.stroke(path);
}
