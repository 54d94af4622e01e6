import { api } from "../api.js";
import { tileBounds } from "./tileBounds.js";
import { traceFeature } from "./traceFeature.js";

/** Features are fetched by the square of this zoom; a tile of a nearer zoom lies in exactly one. */
const CHUNK_ZOOM = 11;
const UNITS = 32768;
const EARTH_M = 40075016.7;

/**
 * Return a store of streets, rivers and rails, fetched once a chunk.
 * @param {() => string[]} layers ids of the layers that are shown
 * @param {() => void} arrived called when more has come
 */
export function createFeatureStore(layers, arrived) {
  const chunks = new Map();

  function load(layer, x, y) {
    const key = `${layer}/${x}/${y}`;
    if (!chunks.has(key)) {
      chunks.set(key, []);
      fetchChunk(layer, x, y).then((features) => chunks.set(key, features), () => chunks.delete(key)).then(arrived);
    }
    return chunks.get(key);
  }

  /** Return what `drawFeatures` needs for the tile, with what has arrived so far; null where the zoom is too far. */
  function at({ x, y, z }, side) {
    if (z < CHUNK_ZOOM) return null;
    const within = 2 ** (z - CHUNK_ZOOM);
    const [cx, cy] = [Math.floor(x / within), Math.floor(y / within)];
    const size = UNITS / within;
    const [left, top] = [(x - cx * within) * size, (y - cy * within) * size];
    const features = layers().flatMap((layer) => load(layer, cx, cy));
    return { features, left, top, scale: side / size, metre: metreAt(cy), chunk: [cx, cy] };
  }

  return { at };
}

async function fetchChunk(layer, x, y) {
  const coords = { x, y, z: CHUNK_ZOOM };
  const collection = await api.items(layer, tileBounds(coords));
  return collection.features.flatMap((feature) => traceFeature(layer, feature, coords, UNITS));
}

function metreAt(y) {
  const [, south, , north] = tileBounds({ x: 0, y, z: CHUNK_ZOOM });
  const ground = (EARTH_M / 2 ** CHUNK_ZOOM) * Math.cos((((south + north) / 2) * Math.PI) / 180);
  return UNITS / ground;
}
