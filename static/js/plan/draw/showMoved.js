import { api } from "../../api.js";

const STYLE = { color: "var(--brand)", weight: 2, fillColor: "var(--brand)", fillOpacity: 0.28 };

/**
 * Return what shows and hides the ground that changes hands; it is fetched each time it is shown.
 * @param {L.Map} map
 * @param {number} id
 */
export function showMoved(map, id) {
  const renderer = L.svg({ pane: "findings" });
  let layer = null;

  return async () => {
    if (layer) return hide();
    const pieces = await api.drafts.moved(id);
    layer = L.geoJSON(pieces, { pane: "findings", renderer, interactive: false, style: STYLE, pointToLayer: () => null }).addTo(map);
    if (layer.getBounds().isValid()) map.fitBounds(layer.getBounds(), { maxZoom: 16, padding: [40, 40] });
    return true;
  };

  function hide() {
    layer.remove();
    layer = null;
    return false;
  }
}
