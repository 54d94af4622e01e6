const PARTS = 1e9;

/**
 * Return a position as the server keeps it: lon, lat to a billionth of a degree.
 * @param {number[]} position
 */
export function exact([lon, lat]) {
  return [Math.round(lon * PARTS) / PARTS, Math.round(lat * PARTS) / PARTS];
}
