import { api } from "../../api.js";
import { tileBounds } from "./tileBounds.js";
import { traceFeature } from "./traceFeature.js";

/**
 * Features are fetched by the square of a zoom; a nearer tile lies in exactly one. [from this zoom on, squares of that one].
 * Lines and areas come a region at a time, points, of which a city has millions, a few streets at a time. The squares of
 * lines and areas are always larger than a tile: a screen has twenty of these, and most of what lies round a city is empty.
 */
const REGIONS = [[10, 9], [7, 6]];
const CHUNK_ZOOMS = { line: REGIONS, polygon: REGIONS, point: [[14, 14], [9, 9]] };
const UNITS = 32768;
const EARTH_M = 40075016.7;
const PAUSE_MS = 30_000;

/**
 * Return a store of streets, rivers, rails, waters and things, fetched once a chunk.
 * @param {(zoom: number) => {id: string, geometry: string}[]} layers what is shown at a zoom
 * @param {() => void} arrived called when more has come
 */
export function createFeatureStore(layers, arrived) {
  const chunks = new Map();

  function load(layer, coords) {
    const key = `${layer}/${coords.z}/${coords.x}/${coords.y}`;
    if (!chunks.has(key)) {
      chunks.set(key, []);
      fetchChunk(layer, coords).then((features) => (chunks.set(key, features), arrived()), (problem) => pause(key, problem));
    }
    return chunks.get(key);
  }

  /** Leave what could not be had empty for a while: whatever is drawn next would ask for it at once again. */
  function pause(key, problem) {
    setTimeout(() => chunks.delete(key), PAUSE_MS);
    if (!("status" in problem)) throw problem;
  }

  /** Return what `drawFeatures` needs for the tile, one part for each size of chunk, with what has arrived so far. */
  function at(tile, side) {
    const byZoom = Map.groupBy(layers(tile.z), ({ geometry }) => chunkZoom(geometry, tile.z));
    return [...byZoom].map(([zoom, shown]) => part(tile, zoom, shown, side));
  }

  function part({ x, y, z }, zoom, shown, side) {
    const within = 2 ** (z - zoom);
    const chunk = { z: zoom, x: Math.floor(x / within), y: Math.floor(y / within) };
    const size = UNITS / within;
    const [left, top] = [(x - chunk.x * within) * size, (y - chunk.y * within) * size];
    const features = shown.flatMap(({ id }) => load(id, chunk));
    return { features, left, top, scale: side / size, metre: metreAt(chunk) };
  }

  return { at };
}

const chunkZoom = (geometry, z) => CHUNK_ZOOMS[geometry].find(([from]) => from <= z)?.[1] ?? z;

async function fetchChunk(layer, coords) {
  const collection = await api.items(layer, tileBounds(coords));
  return collection.features.flatMap((feature) => traceFeature(layer, feature, coords, UNITS));
}

function metreAt({ y, z }) {
  const [, south, , north] = tileBounds({ x: 0, y, z });
  const ground = (EARTH_M / 2 ** z) * Math.cos((((south + north) / 2) * Math.PI) / 180);
  return UNITS / ground;
}
