/**
 * Keep `position` of the state at where the phone is: {lon, lat, accuracy}; null while nobody knows.
 *
 * A phone gives it over https only; without it the pin is set by hand.
 * @param {object} state
 */
export function followPosition(state) {
  if (!navigator.geolocation || !isSecureContext) return;
  const heard = ({ coords }) => state.set({ position: { lon: coords.longitude, lat: coords.latitude, accuracy: Math.max(1, Math.round(coords.accuracy)) } });
  navigator.geolocation.watchPosition(heard, () => {}, { enableHighAccuracy: true, maximumAge: 15_000 });
}
