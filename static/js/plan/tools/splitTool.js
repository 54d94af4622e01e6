import { t } from "../../i18n.js";
import { gridName } from "../gridName.js";
import { splitDialog } from "../panels/splitDialog.js";
import { createPath } from "./createPath.js";

const SAMPLES = 20;

/** Split a grid by a drawn line. Which grid is meant follows from where the line runs; the dialog says so. */
export function splitTool(bench) {
  const path = createPath(bench, { done });

  function done(line) {
    const leaf = gridUnder(bench.land(), line);
    if (!leaf) return bench.refuse(t("The line crosses no grid that lies whole in sight: zoom out a little."), line[0]);
    const owner = bench.land().ownerOf(leaf);
    const refusal = bench.whyLocked([owner]);
    if (refusal) return bench.refuse(refusal, line[0]);
    bench.sketch.line("drawn", [line], "halo", "drawn");
    const choices = [...new Set([owner, leaf])].map((code) => ({ code, name: gridName(bench.land(), code) }));
    splitDialog(choices, {
      split: (edit) => bench.post({ op: "split", line, ...edit }, { inDialog: true }),
      closed: () => bench.sketch.clear(),
    });
  }

  return { hint: () => t("Click along the new border; double-click or Enter ends it. It begins and ends at the grid's edge or beyond."), start: () => {}, stop: path.clear, click: path.click, move: path.move, finish: path.finish, cancel: path.back, changed: () => {} };
}

/** Return the unit grid, of the grid in which most of a line runs, through which it runs longest; judged at points along it. */
function gridUnder(land, line) {
  const under = along(line).map((spot) => land.codeAt(spot)).filter(Boolean);
  const owner = mostly(under.map(land.ownerOf));
  return mostly(under.filter((code) => land.ownerOf(code) === owner));
}

function mostly(codes) {
  const groups = [...Map.groupBy(codes, (code) => code)];
  return groups.sort((a, b) => b[1].length - a[1].length)[0]?.[0] ?? null;
}

function along(line) {
  return line.slice(1).flatMap(([bx, by], i) => {
    const [ax, ay] = line[i];
    return Array.from({ length: SAMPLES }, (_, step) => (step + 0.5) / SAMPLES).map((part) => [ax + (bx - ax) * part, ay + (by - ay) * part]);
  });
}
