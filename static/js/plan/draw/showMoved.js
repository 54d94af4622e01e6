import { api } from "../../api.js";

const FILLED = { color: "var(--brand)", weight: 2, fillColor: "var(--brand)", fillOpacity: 0.28 };
const OUTLINED = { color: "var(--brand)", weight: 3, fill: false };

/**
 * Return what shows and hides the ground that changes hands; it is fetched each time it is shown.
 * @param {L.Map} map
 * @param {number} id
 * @returns {{turn: () => Promise<boolean>, outline: (isShown: boolean) => Promise<void>}}
 */
export function showMoved(map, id) {
  const renderer = L.svg({ pane: "findings" });
  let filled = null;
  let outlined = null;

  const layerOf = async (style) => L.geoJSON(await api.drafts.moved(id), { pane: "findings", renderer, interactive: false, style, pointToLayer: () => null });

  async function turn() {
    if (filled) {
      filled.remove();
      filled = null;
      return false;
    }
    filled = (await layerOf(FILLED)).addTo(map);
    if (filled.getBounds().isValid()) map.fitBounds(filled.getBounds(), { maxZoom: 16, padding: [40, 40] });
    return true;
  }

  /** Outline the ground, as over the maps that are compared. */
  async function outline(isShown) {
    outlined?.remove();
    outlined = null;
    if (!isShown) return;
    const made = await layerOf(OUTLINED);
    outlined?.remove();
    outlined = made.addTo(map);
  }

  return { turn, outline };
}
