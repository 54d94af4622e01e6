import { caseLook } from "../../map/cases/caseLook.js";
import { caseMark } from "../../map/cases/caseMark.js";

const MOST = 400;

/**
 * Keep the rows of the queue on the map, those that are chosen in a ring.
 * @param {L.Map} map
 * @param {object} state
 * @param {(row: object) => void} open
 */
export function showRows(map, state, open) {
  const group = L.layerGroup().addTo(map);
  const rings = L.layerGroup().addTo(map);

  function show() {
    group.clearLayers();
    for (const row of state.get("rows").slice(0, MOST)) if (row.number !== state.get("open")) group.addLayer(mark(row));
  }

  function mark(row) {
    const look = row.kind === "report" ? row.state : row.group === "predicted" ? "risk" : caseLook(row);
    const icon = L.divIcon({ html: caseMark(look), className: "caseicon", iconSize: [28, 28] });
    const title = row.category_name ?? "";
    return L.marker([row.lat, row.lon], { icon, title, alt: title, keyboard: false }).on("click", () => open(row));
  }

  function ring() {
    rings.clearLayers();
    for (const row of state.get("rows")) if (state.get("chosen").has(row.number)) rings.addLayer(L.circleMarker([row.lat, row.lon], { radius: 17, color: "var(--brand)", weight: 2.5, fillColor: "var(--brand)", fillOpacity: 0.18, interactive: false }));
  }

  state.on(["rows", "open"], show);
  state.on(["rows", "chosen"], ring);
}
