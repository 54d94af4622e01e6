/**
 * Return which level's border an arc is, as far as its two grids tell: null is the outside.
 * @param {{sides: (string|null)[], locked: boolean}} arc
 * @param {Record<string, {level: string, parent: string}>} grids
 */
export function arcLevel({ sides: [a, b], locked, level }, grids) {
  if (level) return level;
  if (a === null || b === null) return "evaluated_area";
  if (locked) return "community";
  const [one, other] = [grids[a], grids[b]];
  return one?.level === "unit_grid" && one.parent === other?.parent ? "unit_grid" : "responsibility_grid";
}
