import { t } from "../../i18n.js";
import { gridName } from "../gridName.js";
import { exact } from "../land/exact.js";
import { isInside } from "../land/isInside.js";

const STEP_PX = 4;
const CLICK_MS = 60;

/**
 * Lasso unit grids and hand them to a neighbour; where a grid is undivided, the lassoed ground itself changes hands.
 *
 * A unit grid is taken when its middle lies in the loop, or the whole loop in it. The new owner is then clicked on the map or chosen beside it.
 */
export function lassoTool(bench) {
  let loop = null;
  let picked = null;
  /** The browser makes a click of letting go: it chooses nothing. */
  let isFresh = false;

  function press(spot) {
    if (picked) return false;
    loop = [spot];
    return true;
  }

  function move(spot) {
    if (!loop) return picked ? bench.hoverGrid(bench.gridAt(spot)) : null;
    if (distance(loop.at(-1), spot) < STEP_PX) return null;
    loop.push(spot);
    return bench.sketch.area("lasso", [loop], "lasso");
  }

  const distance = (a, b) => bench.map.latLngToContainerPoint([a[1], a[0]]).distanceTo(bench.map.latLngToContainerPoint([b[1], b[0]]));

  function release() {
    if (!loop) return;
    const ring = loop;
    loop = null;
    if (ring.length < 4) return bench.sketch.clear();
    isFresh = true;
    setTimeout(() => (isFresh = false), CLICK_MS);
    pick(unitsIn(bench.land(), ring), ring.map(exact));
  }

  function pick(taken, ring) {
    const land = bench.land();
    const refusal = bench.whyLocked([...new Set(taken.map(land.ownerOf))]);
    if (refusal) return cancelled(refusal, ring[0]);
    picked = { taken, ring };
    bench.mark(new Map(taken.map((code) => [code, { colour: "brand", alpha: 0.4 }])));
    bench.choose(title(), targets(land, taken, ring).map((code) => ({ title: gridName(land, code), take: () => give(code) })), cancel);
    bench.say({});
  }

  function cancelled(refusal, at) {
    bench.sketch.clear();
    bench.refuse(refusal, at);
  }

  const title = () => (picked.taken.length ? t("{count} unit grids to", { count: picked.taken.length }) : t("The lassoed ground to"));

  function click(spot) {
    if (!picked || isFresh) return;
    const code = bench.gridAt(spot);
    if (code) give(code);
  }

  function give(to) {
    const { taken, ring } = picked;
    const refusal = bench.whyLocked([to]);
    if (refusal) return bench.refuse(refusal, ring[0]);
    cancel();
    bench.post(taken.length ? { op: "hand_over", grids: taken, to } : { op: "transfer", piece: { type: "Polygon", coordinates: [[...ring, ring[0]]] }, to });
  }

  function cancel() {
    const was = picked || loop;
    picked = loop = null;
    bench.mark(new Map());
    bench.sketch.clear();
    bench.choose(null);
    bench.say({});
    return Boolean(was);
  }

  const hint = () => (picked ? t("Click the grid they go to, or choose it above.") : t("Draw a loop round the unit grids that change hands; in an undivided grid, round the ground."));
  return { hint, start: cancel, stop: cancel, press, move, release, click, cancel, changed: () => {}, isDragging: () => true };
}

/** Return the unit grids whose middle lies in a loop; the one round the loop where it is too small for any. */
function unitsIn(land, ring) {
  const units = [...land.own.keys()].filter((code) => land.grids[code]?.level === "unit_grid" && land.shapeOf(code));
  const inside = units.filter((code) => isInside([ring], land.shapeOf(code).middle));
  return inside.length ? inside : units.filter((code) => ring.every((spot) => isInside(land.shapeOf(code).lines, spot)));
}

/** Return the grids that could take over: those that touch what was picked, and those it lies in. */
function targets(land, taken, ring) {
  const own = new Set(taken.map(land.ownerOf));
  const beside = taken.flatMap((code) => [...land.neighboursOf(code)]).map(land.ownerOf);
  const under = taken.length ? [] : [...new Set(ring.map((spot) => land.codeAt(spot)).filter(Boolean))].map(land.ownerOf);
  const found = [...new Set([...beside, ...under])].filter((code) => own.size !== 1 || !own.has(code));
  return found.slice(0, 8);
}
