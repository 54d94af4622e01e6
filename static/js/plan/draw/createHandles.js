import { drawn } from "../../drawn.js";
import { t } from "../../i18n.js";

const APART_PX = 9;
const MIDDLE_FROM_PX = 34;
const MOST = 260;
const NUDGES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/**
 * Return the handles of the chosen arc: a circle a vertex, a diamond a corner, a dot where a vertex can be made.
 *
 * `actions`: `drag(handle, latlng)` gives the position it takes, `drop(handle)`, `nudge(handle, [east, north] metres)`,
 * `remove(handle)`, `press(handle)` for a click. A handle is `{kind: "vertex"|"node"|"middle", index, at}`.
 * @param {L.Map} map
 * @param {object} actions
 */
export function createHandles(map, actions) {
  const group = L.layerGroup().addTo(map);
  let markers = [];
  let shown = null;

  function show(line, isCorner) {
    shown = [line, isCorner];
    clear();
    const handles = chosenHandles(map, line, isCorner);
    markers = handles.map((handle, i) => marker(handle, i));
  }

  function marker(handle, position) {
    const made = L.marker([handle.at[1], handle.at[0]], { pane: "handles", draggable: true, keyboard: false, icon: iconOf(handle.kind) });
    made.on("drag", () => follow(made, handle)).on("dragend", () => actions.drop(handle)).on("click", (event) => (L.DomEvent.stop(event), actions.press(handle)));
    made.addTo(group);
    name(made.getElement(), handle, position);
    return made;
  }

  function follow(made, handle) {
    const { lat, lng } = made.getLatLng();
    const [lon, north] = actions.drag(handle, [lng, lat]);
    made.setLatLng([north, lon]);
  }

  function name(place, handle, position) {
    const words = { vertex: t("Vertex {number}", { number: handle.index + 1 }), node: t("Corner"), middle: t("New vertex") };
    for (const [key, value] of Object.entries({ role: "button", tabindex: position ? -1 : 0, "aria-label": words[handle.kind] })) place.setAttribute(key, value);
    place.addEventListener("keydown", (event) => press(event, handle, position));
  }

  function press(event, handle, position) {
    const step = { PageDown: 1, PageUp: -1 }[event.key];
    if (step) focus(position + step);
    else if (NUDGES[event.key]) actions.nudge(handle, NUDGES[event.key].map((metres) => metres * (event.shiftKey ? 10 : 1)));
    else if (event.key === "Delete" || event.key === "Backspace") actions.remove(handle);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function focus(position) {
    markers[(position + markers.length) % markers.length]?.getElement()?.focus();
  }

  function clear() {
    group.clearLayers();
    markers = [];
  }

  map.on("zoomend moveend", () => shown && markers.length && show(...shown));
  return {
    show,
    isShown: () => markers.length > 0,
    focusNear: ([lon, lat]) => nearest(markers, L.latLng(lat, lon))?.getElement().focus(),
    place: (handle, [lon, lat]) => nearest(markers, L.latLng(handle.at[1], handle.at[0]))?.setLatLng([lat, lon]),
    clear: () => ((shown = null), clear()),
  };
}

function nearest(markers, latlng) {
  const away = (marker) => marker.getLatLng().distanceTo(latlng);
  return markers.reduce((best, one) => (best && away(best) <= away(one) ? best : one), null);
}

/** Return the handles that have room on the screen; corners always. */
function chosenHandles(map, line, isCorner) {
  const bounds = map.getBounds().pad(0.1);
  const pixels = line.map(([lon, lat]) => map.latLngToContainerPoint([lat, lon]));
  const found = [];
  let last = null;
  line.forEach((at, index) => {
    const isEnd = index === 0 || index === line.length - 1;
    if (!bounds.contains([at[1], at[0]])) return;
    if (!isEnd && last && pixels[index].distanceTo(last) < APART_PX) return;
    if (isEnd && index > 0 && line[0].join() === at.join()) return;
    last = pixels[index];
    found.push({ kind: isEnd && isCorner(at) ? "node" : "vertex", index, at });
  });
  const middles = line.slice(1).flatMap((at, i) => (pixels[i].distanceTo(pixels[i + 1]) < MIDDLE_FROM_PX || !bounds.contains([at[1], at[0]]) ? [] : [{ kind: "middle", index: i, at: [(line[i][0] + at[0]) / 2, (line[i][1] + at[1]) / 2] }]));
  return [...found, ...middles].slice(0, MOST);
}

function iconOf(kind) {
  const { side, mark } = ICONS[kind];
  const html = drawn("svg", { width: side, height: side, viewBox: `${-side / 2} ${-side / 2} ${side} ${side}`, "aria-hidden": "true" }, mark());
  return L.divIcon({ html, className: `handle ${kind}`, iconSize: [side, side] });
}

const ICONS = {
  vertex: { side: 24, mark: () => drawn("circle", { r: 5.5 }) },
  node: { side: 26, mark: () => drawn("rect", { x: -6, y: -6, width: 12, height: 12, transform: "rotate(45)" }) },
  middle: { side: 24, mark: () => drawn("circle", { r: 3 }) },
};
