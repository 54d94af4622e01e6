const A = 6378245;
const EE = 0.00669342162296594323;

/**
 * Return where GCJ-02 puts a WGS 84 position, as [lon, lat]; degrees.
 * @param {number} lon
 * @param {number} lat
 */
export function gcj02(lon, lat) {
  const [x, y] = [lon - 105, lat - 35];
  const phi = (lat * Math.PI) / 180;
  const magic = 1 - EE * Math.sin(phi) ** 2;
  const north = (offsetNorth(x, y) * 180) / (((A * (1 - EE)) / (magic * Math.sqrt(magic))) * Math.PI);
  const east = (offsetEast(x, y) * 180) / ((A / Math.sqrt(magic)) * Math.cos(phi) * Math.PI);
  return [lon + east, lat + north];
}

const wave = (value, parts) => parts.reduce((sum, [amplitude, factor]) => sum + amplitude * Math.sin(factor * value * Math.PI), 0) * (2 / 3);
const SHARED = [[20, 6], [20, 2]];

function offsetNorth(x, y) {
  const flat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x));
  return flat + wave(x, SHARED) + wave(y, [[20, 1], [40, 1 / 3]]) + wave(y, [[160, 1 / 12], [320, 1 / 30]]);
}

function offsetEast(x, y) {
  const flat = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x));
  return flat + wave(x, SHARED) + wave(x, [[20, 1], [40, 1 / 3]]) + wave(x, [[150, 1 / 12], [300, 1 / 30]]);
}
