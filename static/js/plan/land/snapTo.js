import { exact } from "./exact.js";
import { metresAt } from "./metresAt.js";
import { nearestOnLine } from "./nearestOnLine.js";

/**
 * Return where a spot snaps to: the nearest corner, else vertex, else point of a line within the tolerance; null for none.
 *
 * A vertex is taken with the very coordinates it has, so that no sliver can arise.
 * @param {number[]} spot lon, lat
 * @param {{kind: string, name?: string, line: number[][], box: number[]}[]} targets a line of one point is a corner
 * @param {number} tolerance metres
 * @returns {{point: number[], kind: string, name: string, distance_m: number}|null}
 */
export function snapTo(spot, targets, tolerance) {
  const { east, north } = metresAt(spot[1]);
  const [dx, dy] = [tolerance / east, tolerance / north];
  const isNear = ([west, south, right, top]) => spot[0] >= west - dx && spot[0] <= right + dx && spot[1] >= south - dy && spot[1] <= top + dy;
  const found = targets.filter(({ box }) => isNear(box)).flatMap((target) => candidates(target, spot)).filter(({ distance_m }) => distance_m <= tolerance);
  return found.sort((a, b) => a.rank - b.rank || a.distance_m - b.distance_m)[0] ?? null;
}

function candidates({ kind, name = "", line }, spot) {
  const near = nearestOnLine(line, spot);
  const vertex = { rank: kind === "node" ? 0 : 1, kind, name, point: line[near.vertex], distance_m: near.vertex_m };
  if (!near.point) return [vertex];
  return [vertex, { rank: 2, kind, name, point: exact(near.point), distance_m: near.distance_m }];
}
