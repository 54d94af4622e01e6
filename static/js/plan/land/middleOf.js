import { isInside } from "./isInside.js";

const STEPS = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8];

/**
 * Return a point well inside rings: the middle of the widest stretch on one of seven lines across them.
 * @param {number[][][]} rings lon/lat
 * @param {number[]} box
 * @returns {number[]} lon, lat
 */
export function middleOf(rings, [west, south, east, north]) {
  let best = { width: 0, point: [(west + east) / 2, (south + north) / 2] };
  for (const part of STEPS) {
    const y = south + (north - south) * part;
    const cuts = crossings(rings, y);
    for (let i = 0; i + 1 < cuts.length; i += 2) {
      const width = (cuts[i + 1] - cuts[i]) * (part === 0.5 ? 1.2 : 1);
      const point = [(cuts[i] + cuts[i + 1]) / 2, y];
      if (width > best.width && isInside(rings, point)) best = { width, point };
    }
  }
  return best.point;
}

function crossings(rings, y) {
  const found = [];
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
      if (ay > y !== by > y) found.push(((bx - ax) * (y - ay)) / (by - ay) + ax);
    }
  }
  return found.sort((a, b) => a - b);
}
