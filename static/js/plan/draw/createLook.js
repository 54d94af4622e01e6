import { rampStep } from "../../map/scene/rampStep.js";

const LIMITS = [0.75, 0.9, 1.1, 1.3];
const STEPS = ["div-1", "div-2", "div-4", "div-6", "div-7"];

/**
 * Return what the neighbourhood is drawn from: the grids of the chosen border in the colours of their load, what a tool has marked, what is locked.
 * @param {object} bench
 * @param {() => object} palette
 */
export function createLook(bench, palette) {
  const { state, look } = bench;

  function fills() {
    const land = bench.land();
    const arc = land.arcs[state.get("arc")];
    const found = new Map();
    const owners = arc ? [...new Set(arc.sides.filter(Boolean).map(land.ownerOf))] : [];
    const colours = owners.map(colourOf);
    owners.forEach((owner, i) => fill(found, owner, { colour: colours[i], alpha: i && colours[i] === colours[0] ? 0.24 : 0.42 }));
    if (look.hoveredGrid) fill(found, look.hoveredGrid, { colour: palette().brand, alpha: 0.14 });
    for (const [code, one] of look.marked) found.set(code, one);
    return found;
  }

  const fill = (found, owner, one) => bench.membersOf(owner).forEach((code) => found.set(code, one));

  function colourOf(owner, i) {
    const load = loadOf(owner)?.after;
    const name = Number.isFinite(load) ? STEPS[rampStep(load, LIMITS)] : ["div-6", "div-2"][i % 2];
    return palette().div[Number(name.slice(-1)) - 1];
  }

  const loadOf = (owner) => (state.get("load")?.grids ?? []).find(({ code }) => code === owner);

  function tags() {
    const shown = (state.get("load")?.grids ?? []).filter(({ before, after }) => before || after);
    return new Map(shown.map(({ code, before, after }) => [code, `${(before ?? 0).toFixed(2)} → ${(after ?? 0).toFixed(2)}`]));
  }

  return () => ({ land: state.get("isNear") ? bench.land() : null, palette: palette(), fills: bench.land() ? fills() : new Map(), locked: state.get("locked"), tags: tags(), moving: look.moving, hovered: look.hovered });
}
