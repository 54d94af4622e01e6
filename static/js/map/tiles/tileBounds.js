/**
 * Return [west, south, east, north] of a web-Mercator tile; degrees.
 * @param {{x: number, y: number, z: number}} coords
 */
export function tileBounds({ x, y, z }) {
  const count = 2 ** z;
  return [longitude(x / count), latitude((y + 1) / count), longitude((x + 1) / count), latitude(y / count)];
}

const longitude = (part) => part * 360 - 180;
const latitude = (part) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * part))) * 180) / Math.PI;
