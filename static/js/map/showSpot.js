import { drawn } from "../drawn.js";
import { nearestBorder } from "./nearestBorder.js";

const PANE = "spot";

/**
 * Return what shows the chosen spot: the pin, the outline of its grid, and the nearest border with the way to it.
 * @param {L.Map} map
 */
export function showSpot(map) {
  const renderer = L.svg({ pane: PANE });
  const group = L.layerGroup().addTo(map);
  const line = (latlngs, style) => L.polyline(latlngs, { pane: PANE, renderer, interactive: false, ...style }).addTo(group);
  let pin = null;

  function drop({ lon, lat }) {
    clear();
    pin = L.marker([lat, lon], { pane: "pin", interactive: false, keyboard: false, icon: pinIcon() }).addTo(map);
  }

  function outline(shape, style) {
    L.geoJSON(shape, { pane: PANE, renderer, interactive: false, style: { fill: false, lineJoin: "round", ...style } }).addTo(group);
  }

  /** Outline the grid, and draw the border that is nearest in amber. */
  function surround(shape, spot) {
    group.clearLayers();
    outline(shape, { color: "var(--select-halo)", weight: 6, fill: true, fillColor: "var(--surface)", fillOpacity: 0.22 });
    outline(shape, { color: "var(--select)", weight: 2.6 });
    const { point, stretch } = nearestBorder(shape, spot);
    line(stretch.map(latlng), { color: "var(--near)", weight: 4, lineCap: "round" });
    line([latlng([spot.lon, spot.lat]), latlng(point)], { color: "var(--near)", weight: 2, dashArray: "3 2.5" });
  }

  function clear() {
    group.clearLayers();
    pin?.remove();
    pin = null;
  }

  return { drop, surround, clear };
}

const latlng = ([lon, lat]) => [lat, lon];

function pinIcon() {
  const drop = drawn("path", { d: "M0 0C-5-9-13-15-13-24a13 13 0 0 1 26 0C13-15 5-9 0 0z", fill: "var(--select)", stroke: "var(--select-halo)", "stroke-width": 2 });
  const shadow = drawn("ellipse", { rx: 7, ry: 3, fill: "#000", opacity: 0.28 });
  const dot = drawn("circle", { cy: -24, r: 4.8, fill: "#ffd08a" });
  const html = drawn("svg", { width: 32, height: 46, viewBox: "-16 -41 32 46", "aria-hidden": "true" }, shadow, drop, dot);
  return L.divIcon({ html, className: "pinicon", iconSize: [32, 46], iconAnchor: [16, 41] });
}
