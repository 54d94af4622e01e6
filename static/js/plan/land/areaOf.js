import { metresAt } from "./metresAt.js";

/**
 * Return the area of a closed line, whichever way it runs; square metres.
 * @param {number[][]} ring lon/lat
 */
export function areaOf(ring) {
  if (ring.length < 3) return 0;
  const [lon, lat] = ring[0];
  const { east, north } = metresAt(lat);
  const flat = ring.map(([x, y]) => [(x - lon) * east, (y - lat) * north]);
  return Math.abs(flat.reduce((sum, [x, y], i) => sum + x * flat[(i + 1) % flat.length][1] - flat[(i + 1) % flat.length][0] * y, 0)) / 2;
}
