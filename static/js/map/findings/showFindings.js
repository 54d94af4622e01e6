import { drawn } from "../../drawn.js";
import { element } from "../../element.js";
import { findingStyle } from "./findingStyle.js";
import { findingWords } from "./findingWords.js";

const SMALL_PX = 12;
const RING_PX = 8.5;
const LABELS_FROM_ZOOM = 14;

/**
 * Keep the findings of the audit on the map; a small one gets a ring so that it cannot be missed.
 * @param {L.Map} map
 * @param {object} state
 * @param {(finding: object) => void} open
 * @returns {{pulse: (finding: object) => void}}
 */
export function showFindings(map, state, open) {
  const group = L.layerGroup().addTo(map);
  const renderer = L.svg({ pane: "findings" });

  function refresh() {
    group.clearLayers();
    if (state.get("hidden").has("findings")) return;
    for (const finding of (state.get("audit")?.findings ?? []).filter(({ geometry }) => geometry)) add(finding);
  }

  function add(finding) {
    const layers = [shapeOf(finding), ringOf(finding), labelOf(finding)].filter(Boolean);
    for (const layer of layers) layer.on("click", (event) => (L.DomEvent.stop(event), open(finding))).addTo(group);
    defineHatch(renderer._container);
  }

  function shapeOf({ kind, geometry }) {
    if (!geometry) return null;
    const { colour, fill, dash } = findingStyle(kind);
    const style = { pane: "findings", renderer, color: colour, weight: 2.5, dashArray: dash, fillColor: fill, fillOpacity: fill === "none" ? 0 : 1 };
    return L.geoJSON(geometry, { style, interactive: fill !== "none", pane: "findings", pointToLayer: () => null });
  }

  function ringOf(finding) {
    if (sizeOnScreen(map, finding) >= SMALL_PX) return null;
    const { colour } = findingStyle(finding.kind);
    return L.circleMarker([finding.lat, finding.lon], { pane: "findings", renderer, radius: RING_PX, color: colour, weight: 2.5, fillOpacity: 0.15, fillColor: colour });
  }

  function labelOf(finding) {
    if (map.getZoom() < LABELS_FROM_ZOOM || !finding.area_m2 || findingStyle(finding.kind).fill === "none") return null;
    const label = element("span.findinglabel", findingWords(finding));
    label.style.background = findingStyle(finding.kind).colour;
    return L.marker([finding.lat, finding.lon], { pane: "findings", keyboard: false, icon: L.divIcon({ html: label, className: "findingicon", iconSize: [0, 0] }) });
  }

  function pulse({ lat, lon }) {
    const mark = element("span.pulse");
    const marker = L.marker([lat, lon], { pane: "findings", interactive: false, icon: L.divIcon({ html: mark, className: "findingicon", iconSize: [0, 0] }) });
    marker.addTo(map);
    setTimeout(() => marker.remove(), 1600);
  }

  state.on(["audit", "hidden"], refresh);
  map.on("zoomend", refresh);
  return { pulse };
}

function sizeOnScreen(map, { geometry }) {
  if (!geometry) return 0;
  const bounds = L.geoJSON(geometry).getBounds();
  if (!bounds.isValid()) return 0;
  const size = map.project(bounds.getNorthEast()).subtract(map.project(bounds.getSouthWest()));
  return Math.max(Math.abs(size.x), Math.abs(size.y));
}

function defineHatch(container) {
  if (!container || container.querySelector("#hatch-overlap")) return;
  const lines = drawn("path", { d: "M0 7L7 0M0 0L7 7", stroke: "var(--overlap)", "stroke-width": 1.6 });
  container.prepend(drawn("defs", {}, drawn("pattern", { id: "hatch-overlap", width: 7, height: 7, patternUnits: "userSpaceOnUse" }, lines)));
}
