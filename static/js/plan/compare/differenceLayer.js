import { differenceKind } from "./differenceKind.js";

const NEAREST_ZOOM = 16;
const CHOSEN = { weight: 5 };

/**
 * Keep what differs on the map: ground that changes hands filled, grids outlined by what became of them.
 * @param {L.Map} map
 * @param {object} state `features`, and `at`: which of them is chosen
 * @param {(number: number) => void} open
 * @returns {{whole: () => boolean}} `whole` shows all of it, and says whether there is any
 */
export function differenceLayer(map, state, open) {
  const renderer = L.svg({ pane: "findings" });
  let drawn = [];

  function show() {
    for (const one of drawn) one?.remove();
    drawn = (state.get("features") ?? []).map((feature, number) => (isDrawn(feature) ? layerOf(feature, number) : null));
    for (const one of drawn) one?.addTo(map);
    choose();
  }

  function layerOf({ geometry, properties }, number) {
    const made = L.geoJSON(geometry, { pane: "findings", renderer, style: styleOf(properties), pointToLayer: () => null });
    return made.on("click", (event) => (L.DomEvent.stop(event), open(number)));
  }

  function choose() {
    const at = state.get("at");
    drawn.forEach((one, number) => one?.setStyle({ ...styleOf(state.get("features")[number].properties), ...(number === at ? CHOSEN : {}) }));
    const bounds = boundsOf(state.get("features")?.[at]);
    if (bounds) map.fitBounds(bounds, { maxZoom: NEAREST_ZOOM, padding: [60, 60] });
  }

  function whole() {
    const boxes = (state.get("features") ?? []).filter(({ properties }) => properties.feature === "piece" || properties.kind !== "changed").map(boundsOf).filter(Boolean);
    const all = boxes.length ? boxes : (state.get("features") ?? []).filter(isDrawn).map(boundsOf).filter(Boolean);
    if (!all.length) return false;
    map.fitBounds(all.reduce((box, one) => box.extend(one), L.latLngBounds(all[0])), { maxZoom: NEAREST_ZOOM, padding: [60, 60], animate: false });
    return true;
  }

  state.on("features", show);
  state.on("at", choose);
  return { whole };
}

const FINE = new Set(["responsibility_grid", "unit_grid"]);

/** Areas above the grids that reports go to are listed only: their outlines would lie over everything. */
const isDrawn = ({ geometry, properties }) => geometry !== null && (properties.feature === "piece" || FINE.has(properties.level));

function styleOf(properties) {
  const { colour, style } = differenceKind(properties);
  return { color: colour, fillColor: colour, ...style };
}

function boundsOf(feature) {
  if (!feature?.geometry) return null;
  const bounds = L.geoJSON(feature.geometry).getBounds();
  return bounds.isValid() ? bounds : null;
}
