import { api } from "../../api.js";
import { decodeTile } from "./decodeTile.js";

const KEPT = 800;

/**
 * Return a store of decoded tiles: each is fetched once, the longest unused is forgotten first.
 *
 * `load` gives a promise, `ready` the tile if it has arrived. A failed fetch is
 * forgotten at once, so that the next look asks again.
 */
export function createTileStore() {
  const tiles = new Map();

  function load(level, coords, version) {
    const key = keyOf(level, coords, version);
    const entry = tiles.get(key) ?? fetchTile(key, level, coords, version);
    tiles.delete(key);
    tiles.set(key, entry);
    if (tiles.size > KEPT) tiles.delete(tiles.keys().next().value);
    return entry.promise;
  }

  function fetchTile(key, level, coords, version) {
    const entry = { tile: null };
    entry.promise = api.tile(level, coords, version).then(
      (buffer) => (entry.tile = decodeTile(buffer)),
      (problem) => {
        tiles.delete(key);
        throw problem;
      },
    );
    return entry;
  }

  return { load, ready: (level, coords, version) => tiles.get(keyOf(level, coords, version))?.tile ?? null };
}

function keyOf(level, { z, x, y }, version) {
  return `${level}/${version.draft ? `d${version.draft}` : version.version}/${z}/${x}/${y}`;
}
