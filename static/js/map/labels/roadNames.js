const REPEAT_PX = 520;
const CHARACTER_PX = 19;
const STEP_PX = 14;
const MARGIN_PX = 40;

/**
 * Choose where the names of streets stand, and return their letters.
 *
 * Hanzi stand upright, spaced along the line, stacked on a vertical street;
 * Latin names lie along it. A name comes again after 520 px.
 * @param {{name: string, points: number[][]}[]} streets lines in pixels
 * @param {{reserve: Function}} boxes
 * @returns {{text: string, x: number, y: number, angle: number}[]}
 */
export function roadNames(streets, boxes) {
  const said = new Map();
  return streets.flatMap((street) => alongStreet(street, boxes, said));
}

function alongStreet({ name, points }, boxes, said) {
  const line = measured(eastward(points));
  const letters = isHan(name) ? [...name] : [name];
  const room = letters.length > 1 ? letters.length * CHARACTER_PX : name.length * 6.4;
  const found = [];
  for (let at = MARGIN_PX + room / 2; at < line.length - MARGIN_PX - room / 2; at += STEP_PX) {
    const middle = pointAt(line, at);
    if (!isFarFromSame(said, name, middle) || !hasRoom(boxes, middle, line, room, letters)) continue;
    said.set(name, [...(said.get(name) ?? []), middle]);
    found.push(...letters.map((text, index) => letterAt(line, at, text, index, letters.length)));
    at += REPEAT_PX;
  }
  return found;
}

const isHan = (text) => /\p{Script=Han}/u.test(text);

function eastward(points) {
  const [first, last] = [points[0], points.at(-1)];
  const backwards = isVertical(points) ? first[1] > last[1] : first[0] > last[0];
  return backwards ? [...points].reverse() : points;
}

function isVertical(points) {
  const [first, last] = [points[0], points.at(-1)];
  return Math.abs(last[1] - first[1]) > Math.abs(last[0] - first[0]);
}

function measured(points) {
  const reached = [0];
  for (let i = 1; i < points.length; i++) {
    reached.push(reached[i - 1] + Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]));
  }
  return { points, reached, length: reached.at(-1), vertical: isVertical(points) };
}

function pointAt({ points, reached }, distance) {
  let i = 1;
  while (i < reached.length - 1 && reached[i] < distance) i++;
  const [from, to] = [points[i - 1], points[i]];
  const part = (distance - reached[i - 1]) / (reached[i] - reached[i - 1] || 1);
  return { x: from[0] + (to[0] - from[0]) * part, y: from[1] + (to[1] - from[1]) * part, angle: Math.atan2(to[1] - from[1], to[0] - from[0]) };
}

function isFarFromSame(said, name, { x, y }) {
  return (said.get(name) ?? []).every((other) => Math.hypot(other.x - x, other.y - y) > REPEAT_PX);
}

function hasRoom(boxes, { x, y }, { vertical }, room, letters) {
  return vertical ? boxes.reserve(x, y, letters.length > 1 ? 18 : 16, room) : boxes.reserve(x, y, room, 17);
}

function letterAt(line, at, text, index, count) {
  const point = pointAt(line, at + (index - (count - 1) / 2) * CHARACTER_PX);
  const upright = count > 1 && line.vertical;
  return { text, x: point.x, y: point.y, angle: upright ? 0 : point.angle };
}
