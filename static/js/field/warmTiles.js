import { api } from "../api.js";
import { levelsAt } from "../map/scene/levelsAt.js";
import { page } from "../pageData.js";

const ZOOMS = [13, 14, 15, 16, 17];
const MOST_OF_A_ZOOM = 60;
const MOST = 240;

/**
 * Ask once for the tiles of an area, so that the worker has them when the net is gone; those farther in only where they are few.
 * @param {number[]|undefined} bounds west, south, east, north
 */
export async function warmTiles(bounds) {
  const version = page.boundaries?.version;
  if (!bounds || !version || !navigator.serviceWorker?.controller) return;
  const wanted = ZOOMS.flatMap((zoom) => {
    const found = tilesIn(bounds, zoom);
    const { main, overlay } = levelsAt(page.boundaries.levels, zoom, new Set());
    return found.length > MOST_OF_A_ZOOM ? [] : [main, overlay].filter(Boolean).flatMap((level) => found.map((place) => [level, place]));
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
