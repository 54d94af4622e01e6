import { exact } from "../land/exact.js";

/**
 * Return a line that is drawn point by point on the map, snapping; the last stretch follows the pointer.
 * @param {object} bench
 * @param {{isRing?: boolean, done: (line: number[][]) => void, least?: number}} options
 */
export function createPath(bench, { isRing = false, done, least = 2 }) {
  let points = [];

  const at = (spot) => bench.snap(spot, new Set())?.point ?? exact(spot);

  function click(spot) {
    const point = at(spot);
    if (points.length && isSame(point, points.at(-1))) return finish();
    if (isRing && points.length >= 3 && isNear(point, points[0])) return finish();
    points.push(point);
    show(point);
  }

  function isNear(a, b) {
    const pixel = ([lon, lat]) => bench.map.latLngToContainerPoint([lat, lon]);
    return pixel(a).distanceTo(pixel(b)) < 9;
  }

  function move(spot) {
    const snapped = bench.snap(spot, new Set());
    const point = snapped?.point ?? exact(spot);
    bench.say({ snapped, at: point, isMoving: points.length > 0 });
    bench.sketch.dots("snap", snapped ? [snapped.point] : null, "snap");
    if (points.length) bench.sketch.line("ahead", [[points.at(-1), point]], "ahead");
  }

  function show(point) {
    if (isRing && points.length > 2) bench.sketch.area("drawn", [points], "lasso");
    else bench.sketch.line("drawn", points.length > 1 ? [points] : null, "halo", "drawn");
    bench.sketch.dots("dots", points, "vertex");
    bench.sketch.line("ahead", [[points.at(-1), point]], "ahead");
  }

  function finish() {
    if (points.length < least) return;
    const line = points;
    clear();
    done(isRing ? [...line, line[0]] : line);
  }

  function clear() {
    points = [];
    bench.sketch.clear();
  }

  /** Take the last point back; return whether there was one. */
  function back() {
    if (!points.length) return false;
    points.pop();
    if (points.length) show(points.at(-1));
    else clear();
    return true;
  }

  return { click, move, finish, clear, back, isEmpty: () => !points.length };
}

const isSame = (a, b) => a.join() === b.join();
