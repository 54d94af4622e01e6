import { colourOf } from "./colourOf.js";

/**
 * Return a function that gives what the tiles and labels are drawn from, as the state stands.
 * @param {object} state
 * @param {() => object} palette
 * @param {{isPicture?: boolean, hasLand?: boolean}} [look]
 */
export function createScene(state, palette, { isPicture = false, hasLand = true } = {}) {
  return () => ({
    version: state.get("version"),
    levels: state.get("levels"),
    hidden: state.get("hidden"),
    unattended: state.get("hidden").has("findings") ? new Set() : unattended(state.get("audit")),
    colour: colourOf(state.get("measure"), palette()),
    palette: palette(),
    isPicture,
    hasLand,
  });
}

/** Codes of the grids that nobody is posted on. */
function unattended(audit) {
  const vacant = (audit?.findings ?? []).filter(({ kind }) => kind === "no_person");
  return new Set(vacant.flatMap(({ codes }) => codes));
}
