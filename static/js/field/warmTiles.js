import { api } from "../api.js";
import { page } from "../pageData.js";

const ZOOMS = [13, 14, 15, 16];
const MOST = 120;
const SHOWN = { 13: "community", 14: "responsibility_grid", 15: "responsibility_grid", 16: "responsibility_grid" };

/**
 * Ask once for the tiles of an area, so that the worker has them when the net is gone; those farther in only where they are few.
 * @param {number[]|undefined} bounds west, south, east, north
 */
export async function warmTiles(bounds) {
  const version = page.boundaries?.version;
  if (!bounds || !version || !navigator.serviceWorker?.controller) return;
  const levels = new Set(page.boundaries.levels.map(({ id }) => id));
  const wanted = ZOOMS.flatMap((zoom) => {
    const found = tilesIn(bounds, zoom);
    return found.length > MOST / 2 ? [] : found.map((place) => [levels.has(SHOWN[zoom]) ? SHOWN[zoom] : [...levels].at(-1), place]);
  });
  for (const [level, place] of wanted.slice(0, MOST)) await api.tile(level, place, { version }).catch(() => {});
}

function tilesIn([west, south, east, north], zoom) {
  const side = 2 ** zoom;
  const column = (lon) => Math.floor(((lon + 180) / 360) * side);
  const row = (lat) => Math.floor(((1 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / Math.PI) / 2) * side);
  const found = [];
  for (let x = column(west); x <= column(east); x++) for (let y = row(north); y <= row(south); y++) found.push({ z: zoom, x, y });
  return found;
}
