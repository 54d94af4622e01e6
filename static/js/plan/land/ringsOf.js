/**
 * Return the rings of a grid as numbers of arcs, `~i` for one that is run through backwards; null where arcs are missing.
 *
 * Only what lies near the view is here: a grid that goes on outside has no rings.
 * @param {{line: number[][]}[]} arcs
 * @param {number[]} own numbers of the arcs that have the grid on one side
 * @returns {number[][]|null}
 */
export function ringsOf(arcs, own) {
  const ends = new Map();
  for (const i of own) for (const key of [start(arcs[i]), finish(arcs[i])]) ends.set(key, [...(ends.get(key) ?? []), i]);
  const free = new Set(own);
  const rings = [];
  for (const first of own) {
    if (!free.delete(first)) continue;
    const ring = [first];
    let at = finish(arcs[first]);
    while (at !== start(arcs[first])) {
      const next = ends.get(at).find((i) => free.has(i));
      if (next === undefined) return null;
      free.delete(next);
      const isForward = start(arcs[next]) === at;
      ring.push(isForward ? next : ~next);
      at = isForward ? finish(arcs[next]) : start(arcs[next]);
    }
    rings.push(ring);
  }
  return rings;
}

const start = ({ line }) => line[0].join();
const finish = ({ line }) => line.at(-1).join();
