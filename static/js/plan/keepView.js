const DIGITS = 5;

/**
 * Keep the view in the address after #, so that it can be sent and gone back to.
 * @param {L.Map} map
 * @returns {boolean} whether the address named a view to open on
 */
export function keepView(map) {
  const [zoom, lat, lon] = (new URLSearchParams(location.hash.slice(1)).get("map") ?? "").split("/").map(Number);
  const isGiven = [zoom, lat, lon].every(Number.isFinite);
  if (isGiven) map.setView([lat, lon], zoom, { animate: false });
  map.on("moveend", () => {
    const at = map.getCenter();
    history.replaceState(null, "", `#map=${map.getZoom()}/${at.lat.toFixed(DIGITS)}/${at.lng.toFixed(DIGITS)}`);
  });
  return isGiven;
}
