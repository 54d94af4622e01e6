import { boxOf } from "./boxOf.js";
import { isInside } from "./isInside.js";
import { middleOf } from "./middleOf.js";
import { nearestOnLine } from "./nearestOnLine.js";
import { pointsOf } from "./pointsOf.js";
import { ringsOf } from "./ringsOf.js";

/**
 * Return the neighbourhood that is edited: arcs between nodes, and the grids that lie whole in it.
 * @param {{revision: number, arcs: object[], nodes: object[], grids: Record<string, object>}} answer of `api.drafts.arcs`
 * @param {number[]} box west, south, east, north that was asked for
 */
export function createLand({ revision, arcs: given, nodes, grids }, box) {
  const arcs = given.map((arc, number) => ({ ...arc, number, box: boxOf(arc.line) }));
  const own = new Map();
  for (const { number, sides } of arcs) {
    if (sides[0] === sides[1]) continue;
    for (const code of sides) if (code !== null) own.set(code, [...(own.get(code) ?? []), number]);
  }
  const atNode = new Map();
  for (const { number, line } of arcs) for (const end of [line[0], line.at(-1)]) keep(atNode, end.join(), number);
  const shapes = new Map();

  /** Return rings of arc numbers, closed lines, box and middle of a grid; null where it goes on outside. */
  function shapeOf(code) {
    if (!shapes.has(code)) shapes.set(code, shaped(code));
    return shapes.get(code);
  }

  function shaped(code) {
    const rings = ringsOf(arcs, own.get(code) ?? []);
    if (!rings?.length) return null;
    const lines = rings.map((ring) => pointsOf(ring, (i) => arcs[i].line));
    const around = boxOf(lines.flat());
    return { rings, lines, box: around, middle: middleOf(lines, around) };
  }

  /** Return the code of the finest grid at a spot, null where none lies whole in sight. */
  function codeAt(spot) {
    return [...own.keys()].find((code) => {
      const found = shapeOf(code);
      return found && spot[0] >= found.box[0] && spot[0] <= found.box[2] && spot[1] >= found.box[1] && spot[1] <= found.box[3] && isInside(found.lines, spot);
    }) ?? null;
  }

  /** Return the arc nearest to a spot, with the point on it, within `reach` metres; null for none. */
  function arcAt(spot, reach) {
    let best = null;
    const [dx, dy] = [reach / 60_000, reach / 110_000];
    for (const arc of arcs) {
      const [west, south, east, north] = arc.box;
      if (spot[0] < west - dx || spot[0] > east + dx || spot[1] < south - dy || spot[1] > north + dy) continue;
      const near = nearestOnLine(arc.line, spot);
      if (near.distance_m <= (best?.distance_m ?? reach)) best = { ...near, arc };
    }
    return best;
  }

  /** Return the grid that people know: the one a unit grid belongs to, else the grid itself. */
  const ownerOf = (code) => (grids[code]?.level === "unit_grid" && grids[code].parent) || code;

  return {
    revision, box, arcs, nodes, grids, own, shapeOf, codeAt, arcAt, ownerOf,
    arcsAtNode: (point) => atNode.get(point.join()) ?? [],
    membersOf: (owner) => [...own.keys()].filter((code) => ownerOf(code) === owner),
    neighboursOf: (code) => new Set((own.get(code) ?? []).flatMap((i) => arcs[i].sides).filter((side) => side !== null && side !== code)),
    covers: ([west, south, east, north]) => west >= box[0] && south >= box[1] && east <= box[2] && north <= box[3],
  };
}

function keep(lists, key, value) {
  if (!lists.has(key)) lists.set(key, []);
  if (!lists.get(key).includes(value)) lists.get(key).push(value);
}
