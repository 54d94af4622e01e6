const METRES_A_DEGREE = 111_320;

/** Return how far two places are from each other; metres, good over a city. */
export function metresBetween(one, other) {
  const east = (one.lon - other.lon) * Math.cos((other.lat * Math.PI) / 180);
  return METRES_A_DEGREE * Math.hypot(east, one.lat - other.lat);
}
