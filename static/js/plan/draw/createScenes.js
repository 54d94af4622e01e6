import { page } from "../../pageData.js";
import { colourOf } from "../../map/scene/colourOf.js";

const BREAKS = [0.55, 0.75, 0.9, 1.1, 1.3, 1.6];

/**
 * Return what the tiles are drawn from: `draft` under the workbench, `before` on the left of the comparison.
 *
 * Near in only land and streets come from tiles: the borders are drawn from the arcs that are edited.
 * @param {object} state
 * @param {() => object} palette
 * @param {{hasLand: boolean}} look
 */
export function createScenes(state, palette, { hasLand }) {
  const levels = page.boundaries?.levels ?? [];
  const all = new Set(levels.map(({ id }) => id));
  const none = new Set();
  const common = () => ({ levels, unattended: none, palette: palette(), isPicture: false, hasLand });
  const base = () => (page.boundaries?.version ? { version: state.get("draft")?.base ?? page.boundaries.version } : { draft: page.draft.id });

  function draft() {
    const isNear = state.get("isNear");
    const colour = state.get("compare") ? byLoad("after") : () => null;
    return { ...common(), version: isNear ? base() : { draft: page.draft.id }, hidden: isNear ? all : none, colour };
  }

  function byLoad(which) {
    const grids = state.get("sheet")?.grids ?? [];
    if (!grids.length) return () => null;
    return colourOf({ kind: "diverging", breaks: BREAKS, values: Object.fromEntries(grids.map((grid) => [grid.code, grid[which]])) }, palette());
  }

  return { draft, before: () => ({ ...common(), version: base(), hidden: none, colour: byLoad("before") }) };
}
