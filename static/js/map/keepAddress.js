const DIGITS = 5;

/**
 * Keep the address after # in step with the map, so that it can be bookmarked, sent and gone back to.
 * @param {L.Map} map
 * @param {object} state
 * @returns {boolean} whether the address named a view to open on
 */
export function keepAddress(map, state) {
  const given = new URLSearchParams(location.hash.slice(1));
  const opened = open(map, given);
  restore(state, given);

  function write() {
    const { lat, lng } = map.getCenter();
    const parts = new URLSearchParams({ map: [map.getZoom(), lat.toFixed(DIGITS), lng.toFixed(DIGITS)].join("/") });
    const spot = state.get("spot");
    if (spot) parts.set("spot", [spot.lon.toFixed(6), spot.lat.toFixed(6)].join(","));
    for (const name of ["at", "draft", "category"]) if (state.get(name)) parts.set(name, state.get(name));
    history.replaceState(null, "", `#${parts.toString().replaceAll("%2F", "/").replaceAll("%2C", ",").replaceAll("%3A", ":")}`);
  }

  map.on("moveend", write);
  state.on(["spot", "at", "draft", "category"], write);
  return opened;
}

function open(map, given) {
  const [zoom, lat, lon] = (given.get("map") ?? "").split("/").map(Number);
  const isWhole = [zoom, lat, lon].every(Number.isFinite);
  if (isWhole) map.setView([lat, lon], zoom, { animate: false });
  return isWhole;
}

function restore(state, given) {
  const [lon, lat] = (given.get("spot") ?? "").split(",").map(Number);
  const draft = Number(given.get("draft"));
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(given.get("at") ?? "") ? given.get("at") : null;
  state.set({ at, draft: Number.isInteger(draft) && draft > 0 ? draft : null, ...(given.get("category") ? { category: given.get("category") } : {}) });
  if (given.get("spot") && Number.isFinite(lon) && Number.isFinite(lat)) state.set({ spot: { lon, lat } });
}
