/** Show what a search found on the map. */
export function goToHit({ place }) {
  if (place) location.assign(`/map#map=16/${place[1].toFixed(5)}/${place[0].toFixed(5)}&spot=${place[0].toFixed(6)},${place[1].toFixed(6)}`);
}
