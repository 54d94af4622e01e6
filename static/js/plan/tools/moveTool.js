import { counted } from "../../counted.js";
import { formatNumber } from "../../formatNumber.js";
import { t } from "../../i18n.js";
import { createHandles } from "../draw/createHandles.js";
import { areaOf } from "../land/areaOf.js";
import { exact } from "../land/exact.js";
import { metresAt } from "../land/metresAt.js";
import { nearestOnLine } from "../land/nearestOnLine.js";

const NUDGE_WAIT_MS = 700;

/**
 * The tools that work on a border itself: `move` drags its vertices and corners, `node` adds and removes them.
 *
 * What is dragged is drawn from the one arc both grids share, so both follow at once; the server is asked when it is let go.
 * @param {object} bench
 * @param {"move"|"node"} way
 */
export function moveTool(bench, way) {
  const handles = createHandles(bench.map, { drag, drop, nudge, remove, press });
  let dragged = null;
  let waiting = 0;

  const arc = () => bench.land()?.arcs[bench.state.get("arc")] ?? null;
  const isCorner = (at) => bench.land().arcsAtNode(at).length > 1;

  function show() {
    const chosen = arc();
    if (!chosen) return hide();
    bench.sketch.line("chosen", [chosen.line], "halo", "chosen");
    handles.show(chosen.line, isCorner);
  }

  function hide() {
    handles.clear();
    bench.sketch.clear();
  }

  /** Take a handle to a spot; return where it stands, snapped. */
  function drag(handle, spot) {
    if (!dragged) dragged = { handle, arc: arc(), lines: new Map() };
    const own = new Set(handle.kind === "node" ? bench.land().arcsAtNode(handle.at) : [dragged.arc.number]);
    const snapped = bench.snap(spot, own);
    const to = snapped?.point ?? exact(spot);
    take(handle, to, own);
    bench.say({ snapped, moved_m: distance(handle.at, to), at: to, isMoving: true });
    return to;
  }

  function take(handle, to, own) {
    dragged.to = to;
    dragged.lines = new Map([...own].map((number) => [number, replaced(bench.land().arcs[number].line, handle, to)]));
    bench.moving(dragged.lines);
    showMove();
  }

  function showMove() {
    const { handle, to, lines } = dragged;
    const before = [...lines.keys()].map((number) => bench.land().arcs[number].line);
    const after = [...lines.values()];
    bench.sketch.line("old", before, "old");
    bench.sketch.area("piece", after.map((line, i) => [...before[i], ...[...line].reverse()]), "piece");
    bench.sketch.line("chosen", after, "halo", "chosen");
    bench.sketch.line("guide", [[handle.at, to]], "guide");
    const square = after.reduce((sum, line, i) => sum + areaOf(around(before[i], line, handle)), 0);
    bench.sketch.pill("pill", [(handle.at[0] + to[0]) / 2, (handle.at[1] + to[1]) / 2], t("{area} ha", { area: formatNumber(Math.round(square / 100) / 100) }));
    bench.preview(editOf(dragged), (moved) => dragged && bench.sketch.pill("pill", [(handle.at[0] + to[0]) / 2, (handle.at[1] + to[1]) / 2], movedWords(moved, square)));
  }

  async function drop() {
    if (!dragged) return;
    const done = dragged;
    const { to, arc: from } = done;
    dragged = null;
    const answer = await bench.post(editOf(done));
    bench.moving(new Map());
    bench.sketch.clear();
    if (answer) choose(sameArc(bench.land(), from, to), to);
    else if (arc()) show();
  }

  function nudge(handle, [east, north]) {
    clearTimeout(waiting);
    const from = dragged?.to ?? handle.at;
    const metre = metresAt(from[1]);
    const to = exact([from[0] + east / metre.east, from[1] + north / metre.north]);
    if (!dragged) dragged = { handle, arc: arc(), lines: new Map() };
    take(dragged.handle, to, new Set(handle.kind === "node" ? bench.land().arcsAtNode(handle.at) : [dragged.arc.number]));
    handles.place(handle, to);
    bench.say({ moved_m: distance(handle.at, to), at: to, isMoving: true });
    waiting = setTimeout(drop, NUDGE_WAIT_MS);
  }

  async function remove({ kind, at }) {
    if (kind !== "vertex") return;
    const from = arc();
    const answer = await bench.post({ op: "remove_node", at });
    if (answer) choose(sameArc(bench.land(), from, at), at);
  }

  async function press(handle) {
    if (way === "node" && handle.kind === "vertex") return remove(handle);
    if (way === "node" && handle.kind === "middle") return add(handle.at);
  }

  async function add(at) {
    const from = arc();
    const answer = await bench.post({ op: "add_node", at: exact(at) });
    if (answer) choose(sameArc(bench.land(), from, at), at);
  }

  function choose(found, focusAt) {
    bench.state.set({ arc: found?.number ?? null });
    if (found && focusAt && document.activeElement === document.body) handles.focusNear(focusAt);
  }

  function click(spot) {
    const near = bench.land()?.arcAt(spot, bench.reach());
    if (!near) return bench.state.set({ arc: null });
    const refusal = bench.whyLocked(near.arc.sides, near.arc.locked);
    if (refusal) return bench.refuse(refusal, near.point);
    if (way === "node" && near.arc.number === bench.state.get("arc")) return add(near.point);
    bench.hover(null);
    bench.state.set({ arc: near.arc.number });
  }

  function move(spot) {
    if (dragged) return;
    const near = bench.land()?.arcAt(spot, bench.reach());
    bench.hover(near && near.arc.number !== bench.state.get("arc") ? near.arc.number : null, near?.arc);
  }

  function cancel() {
    clearTimeout(waiting);
    const wasAt = dragged || bench.state.get("arc") !== null;
    if (!dragged) bench.state.set({ arc: null });
    dragged = null;
    bench.moving(new Map());
    show();
    return wasAt;
  }

  return {
    hint: () => (way === "move" ? t("Click a border, then drag its vertices: both sides follow.") : t("Click a border to add a vertex, click a vertex to remove it.")),
    start: show, stop: hide, click, move, cancel, changed: () => dragged || show(),
  };
}

/** Return a line with the handle's vertex at another place; at a corner, the end that lies there. */
function replaced(line, { kind, index, at }, to) {
  if (kind === "middle") return [...line.slice(0, index + 1), to, ...line.slice(index + 1)];
  if (kind === "node") return line.map((one) => (one.join() === at.join() ? to : one));
  return line.map((one, i) => (i === index || one.join() === at.join() ? to : one));
}

/** Return the edit that a finished drag is; a ring's first vertex, like a corner, is moved by itself. */
function editOf({ handle, arc, lines, to }) {
  const isRingEnd = handle.kind === "vertex" && (handle.index === 0 || handle.index === arc.line.length - 1);
  if (handle.kind === "node" || isRingEnd) return { op: "move_node", at: handle.at, to };
  return { op: "move_arc", grids: arc.sides, line: lines.get(arc.number) };
}

/** Return the small polygon between the old and the new line. */
function around(before, after, { kind, index }) {
  if (kind === "middle") return [before[index], after[index + 1], before[index + 1]];
  const at = kind === "node" ? before.findIndex((one, i) => one.join() !== after[i]?.join()) : index;
  return [before[at - 1], before[at], before[at + 1], after[at]].filter(Boolean);
}

function movedWords(moved, square) {
  const parts = [t("{area} ha", { area: formatNumber(Math.round((moved.area_m2 ?? square) / 100) / 100) })];
  if (Number.isFinite(moved.households)) parts.push(counted(moved.households, t("{count} household"), t("{count} households")));
  if (Number.isFinite(moved.open_cases ?? moved.cases)) parts.push(counted(moved.open_cases ?? moved.cases, t("{count} case"), t("{count} cases")));
  return parts.join(" · ");
}

/** Return the arc between the same two grids that runs nearest to a point. */
function sameArc(land, { sides }, at) {
  const wanted = new Set(sides);
  const same = land?.arcs.filter((one) => one.sides.every((side) => wanted.has(side))) ?? [];
  return same.map((one) => ({ one, ...nearestOnLine(one.line, at) })).sort((a, b) => a.distance_m - b.distance_m)[0]?.one ?? null;
}

function distance([ax, ay], [bx, by]) {
  const { east, north } = metresAt(ay);
  return Math.hypot((bx - ax) * east, (by - ay) * north);
}
