import { metresAt } from "./metresAt.js";

/**
 * Return the point of a line that is nearest to a spot.
 * @param {number[][]} line lon/lat
 * @param {number[]} spot lon, lat
 * @returns {{point: number[], distance_m: number, edge: number, vertex: number, vertex_m: number}} `edge` i runs from vertex i to i + 1; `vertex` is the nearest vertex
 */
export function nearestOnLine(line, spot) {
  const { east, north } = metresAt(spot[1]);
  const best = { point: null, distance_m: Infinity, edge: 0, vertex: 0, vertex_m: Infinity };
  let [ax, ay] = flat(line[0], spot, east, north);
  keepVertex(best, 0, ax, ay);
  for (let i = 1; i < line.length; i++) {
    const [bx, by] = flat(line[i], spot, east, north);
    const [dx, dy] = [bx - ax, by - ay];
    const part = Math.max(0, Math.min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy || 1)));
    const distance = Math.hypot(ax + part * dx, ay + part * dy);
    if (distance < best.distance_m) Object.assign(best, { distance_m: distance, edge: i - 1, point: between(line[i - 1], line[i], part) });
    keepVertex(best, i, bx, by);
    [ax, ay] = [bx, by];
  }
  return best;
}

const flat = ([x, y], [lon, lat], east, north) => [(x - lon) * east, (y - lat) * north];
const between = ([ax, ay], [bx, by], part) => [ax + (bx - ax) * part, ay + (by - ay) * part];

function keepVertex(best, i, x, y) {
  const distance = Math.hypot(x, y);
  if (distance < best.vertex_m) Object.assign(best, { vertex: i, vertex_m: distance });
}
