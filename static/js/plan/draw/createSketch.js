import { drawn } from "../../drawn.js";
import { element } from "../../element.js";

const PANE = "sketch";

/**
 * Return what shows an edit in the making over the map: lines, pieces, a pill with figures, a mark where one was refused.
 * @param {L.Map} map
 */
export function createSketch(map) {
  const renderer = L.svg({ pane: PANE, padding: 0.5 });
  const group = L.layerGroup().addTo(map);
  const named = new Map();
  const options = (look) => ({ pane: PANE, renderer, interactive: false, lineJoin: "round", ...LOOKS[look] });

  /** Draw under a name what takes the place of what was drawn under it before; null takes it away. */
  function put(name, make) {
    named.get(name)?.forEach((layer) => layer.remove());
    named.set(name, (make?.() ?? []).map((layer) => layer.addTo(group)));
    defineHatch(renderer._container);
  }

  return {
    line: (name, lines, ...looks) => put(name, lines && (() => looks.flatMap((look) => lines.map((line) => L.polyline(line.map(latlng), options(look)))))),
    area: (name, rings, look) => put(name, rings && (() => [L.polygon(rings.map((ring) => ring.map(latlng)), options(look))])),
    dots: (name, positions, look) => put(name, positions && (() => positions.map((position) => L.circleMarker(latlng(position), { ...options(look), radius: LOOKS[look].radius })))),
    pill: (name, position, text) => put(name, position && (() => [label(position, "pill", text)])),
    flag: (name, position, text) => put(name, position && (() => [label(position, "refused", text)])),
    clear: () => [...named.keys()].forEach((name) => put(name, null)),
  };
}

const latlng = ([lon, lat]) => [lat, lon];

const LOOKS = {
  old: { color: "var(--text-2)", weight: 1.8, dashArray: "5 4" },
  halo: { color: "var(--select-halo)", weight: 8 },
  chosen: { color: "var(--brand)", weight: 4 },
  guide: { color: "var(--select)", weight: 1.5, dashArray: "2 3" },
  drawn: { color: "var(--brand)", weight: 3 },
  ahead: { color: "var(--brand)", weight: 2, dashArray: "4 4" },
  piece: { stroke: false, fillColor: "url(#hatch-moved)", fillOpacity: 1 },
  lasso: { color: "var(--brand)", weight: 2, dashArray: "6 4", fillColor: "var(--brand)", fillOpacity: 0.08 },
  proposed: { color: "var(--brand)", weight: 2, fillColor: "url(#hatch-moved)", fillOpacity: 1 },
  vertex: { radius: 4.5, color: "var(--brand)", weight: 2.5, fillColor: "var(--surface)", fillOpacity: 1 },
  snap: { radius: 9, color: "var(--near)", weight: 2.5, fillOpacity: 0 },
};

function label(position, look, text) {
  return L.marker(latlng(position), { pane: PANE, interactive: false, keyboard: false, icon: L.divIcon({ html: element(`span.${look}`, text), className: "sketchicon", iconSize: [0, 0] }) });
}

function defineHatch(container) {
  if (!container || container.querySelector("#hatch-moved")) return;
  const line = drawn("path", { d: "M0 0V8", stroke: "var(--brand)", "stroke-width": 3, opacity: 0.55 });
  container.prepend(drawn("defs", {}, drawn("pattern", { id: "hatch-moved", width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, line)));
}
