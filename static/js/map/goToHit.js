const NEAR_ZOOM = 17;

/**
 * Show what a search found: an area as a whole, a grid, person, case or position with its owner.
 * @param {L.Map} map
 * @param {object} hit
 * @param {(spot: {lon: number, lat: number}) => void} choose
 */
export function goToHit(map, { kind, level, place, bounds }, choose) {
  const isSpot = kind !== "feature" && (kind !== "grid" || level === "responsibility_grid" || level === "unit_grid");
  if (bounds) map.fitBounds(toLatLngs(bounds), { maxZoom: NEAR_ZOOM, padding: [40, 40] });
  else if (place) map.setView([place[1], place[0]], Math.max(map.getZoom(), NEAR_ZOOM - 1));
  if (isSpot && place) choose({ lon: place[0], lat: place[1] });
}

const toLatLngs = ([west, south, east, north]) => [[south, west], [north, east]];
