/**
 * Return whether a spot lies inside rings, by the even-odd rule: holes are rings like others.
 * @param {number[][][]} rings lon/lat
 * @param {number[]} spot lon, lat
 */
export function isInside(rings, [x, y]) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
  }
  return inside;
}
