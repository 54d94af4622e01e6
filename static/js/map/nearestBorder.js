const CORNER_DEGREES = 40;
const LONGEST_M = 600;

/**
 * Return the point of a grid's border that is nearest to a spot, how far it is, and the stretch of border around it.
 *
 * The stretch runs both ways until the border turns a corner, or for 600 m.
 * @param {object} shape GeoJSON Polygon or MultiPolygon, lon/lat
 * @param {{lon: number, lat: number}} spot
 * @returns {{point: number[], distance_m: number, stretch: number[][]}} lon/lat
 */
export function nearestBorder(shape, spot) {
  const flat = flatAround(spot);
  const rings = (shape.type === "Polygon" ? [shape.coordinates] : shape.coordinates).flat().map((ring) => ring.map(flat.forward));
  const best = rings.flatMap((ring) => ring.slice(1).map((to, i) => ({ ring, i, ...nearestOnEdge(ring[i], to) }))).reduce((a, b) => (b.distance < a.distance ? b : a));
  return { point: flat.back(best.point), distance_m: best.distance, stretch: stretchAround(best).map(flat.back) };
}

/** Metres east and north of the spot: good to a few centimetres over a grid. */
function flatAround({ lon, lat }) {
  const north = 111132;
  const east = 111320 * Math.cos((lat * Math.PI) / 180);
  return { forward: ([x, y]) => [(x - lon) * east, (y - lat) * north], back: ([x, y]) => [lon + x / east, lat + y / north] };
}

function nearestOnEdge([ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const part = Math.max(0, Math.min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy || 1)));
  const point = [ax + part * dx, ay + part * dy];
  return { point, distance: Math.hypot(...point) };
}

function stretchAround({ ring, i, point }) {
  const open = ring.slice(0, -1);
  const at = (index) => open[(index + open.length * 4) % open.length];
  const before = walk(point, (step) => at(i - step), at(i + 1));
  const after = walk(point, (step) => at(i + 1 + step), at(i));
  return [...before.reverse(), point, ...after];
}

/** Follow the border from `start` until it turns or is long enough; `behind` lies the other way. */
function walk(start, next, behind) {
  const found = [];
  let length = 0;
  let [from, last] = [behind, start];
  for (let step = 0; step < 400; step++) {
    const to = next(step);
    length += distance(last, to);
    if ((step > 0 && turn(from, last, to) > CORNER_DEGREES) || length > LONGEST_M) break;
    found.push(to);
    [from, last] = [last, to];
  }
  return found;
}

const distance = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);

function turn(a, b, c) {
  const angle = Math.atan2(c[1] - b[1], c[0] - b[0]) - Math.atan2(b[1] - a[1], b[0] - a[0]);
  return Math.abs((((angle * 180) / Math.PI + 540) % 360) - 180);
}
