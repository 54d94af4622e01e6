import { api } from "../api.js";
import { tileBounds } from "./tileBounds.js";
import { traceFeature } from "./traceFeature.js";

/** Features are fetched by the square of this zoom, of the farther one for a far view; a nearer tile lies in exactly one. */
const CHUNK_ZOOM = 11;
const FAR_CHUNK_ZOOM = 6;
const UNITS = 32768;
const EARTH_M = 40075016.7;

/**
 * Return a store of streets, rivers, rails, waters and things, fetched once a chunk.
 * @param {(zoom: number) => string[]} layers ids of the layers that are shown at a zoom
 * @param {() => void} arrived called when more has come
 */
export function createFeatureStore(layers, arrived) {
  const chunks = new Map();

  function load(layer, coords) {
    const key = `${layer}/${coords.z}/${coords.x}/${coords.y}`;
    if (!chunks.has(key)) {
      chunks.set(key, []);
      fetchChunk(layer, coords).then((features) => chunks.set(key, features), () => chunks.delete(key)).then(arrived);
    }
    return chunks.get(key);
  }

  /** Return what `drawFeatures` needs for the tile, with what has arrived so far. */
  function at({ x, y, z }, side) {
    const chunk = { z: z < CHUNK_ZOOM ? Math.min(FAR_CHUNK_ZOOM, z) : CHUNK_ZOOM };
    const within = 2 ** (z - chunk.z);
    Object.assign(chunk, { x: Math.floor(x / within), y: Math.floor(y / within) });
    const size = UNITS / within;
    const [left, top] = [(x - chunk.x * within) * size, (y - chunk.y * within) * size];
    const features = layers(z).flatMap((layer) => load(layer, chunk));
    return { features, left, top, scale: side / size, metre: metreAt(chunk), chunk };
  }

  return { at };
}

async function fetchChunk(layer, coords) {
  const collection = await api.items(layer, tileBounds(coords));
  return collection.features.flatMap((feature) => traceFeature(layer, feature, coords, UNITS));
}

function metreAt({ y, z }) {
  const [, south, , north] = tileBounds({ x: 0, y, z });
  const ground = (EARTH_M / 2 ** z) * Math.cos((((south + north) / 2) * Math.PI) / 180);
  return UNITS / ground;
}
