/**
 * Return a ring of arc numbers as one closed line.
 * @param {number[]} ring `~i` is arc i backwards
 * @param {(arc: number) => number[][]} lineOf
 */
export function pointsOf(ring, lineOf) {
  return ring.flatMap((i) => (i >= 0 ? lineOf(i) : [...lineOf(~i)].reverse()).slice(0, -1));
}
