import { api } from "../api.js";
import { page } from "../pageData.js";
import { boxOf } from "./land/boxOf.js";

const LAYERS = ["road", "river"];
const PAD = 0.3;

/**
 * Return the streets and rivers round the view as lines to snap to; fetched when the view leaves what is here.
 * @param {L.Map} map
 * @returns {{refresh: () => void, lines: (kinds: Set<string>) => object[]}}
 */
export function createStreets(map) {
  const held = { bounds: null, lines: [] };

  async function refresh() {
    if (held.bounds?.contains(map.getBounds())) return;
    const bounds = map.getBounds().pad(PAD);
    held.bounds = bounds;
    const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const found = await Promise.all(LAYERS.map((layer) => api.items(layer, box).then(({ features }) => features.flatMap((feature) => linesOf(layer, feature)), () => [])));
    if (held.bounds === bounds) held.lines = found.flat();
  }

  return { refresh, lines: (kinds) => held.lines.filter(({ kind }) => kinds.has(kind)) };
}

function linesOf(kind, { geometry, properties }) {
  const lines = geometry.type === "LineString" ? [geometry.coordinates] : geometry.type === "MultiLineString" ? geometry.coordinates : [];
  const name = (page.language === "en" && properties.name_en) || properties.name || "";
  return lines.map((line) => ({ kind, name, line, box: boxOf(line) }));
}
