import { t } from "../../i18n.js";
import { gridName } from "../gridName.js";

/** Merge two neighbouring grids: the first that is clicked stays, the second is dissolved. With Shift the unit grids themselves. */
export function mergeTool(bench) {
  let first = null;

  function click(spot, { shiftKey } = {}) {
    const code = bench.gridAt(spot, { isFine: shiftKey });
    if (!code) return bench.refuse(t("Click a grid that lies whole in sight: zoom out a little."), spot);
    const refusal = bench.whyLocked([code]);
    if (refusal) return bench.refuse(refusal, spot);
    if (!first) return begin(code);
    if (code === first) return cancel();
    const stays = first;
    cancel();
    bench.post({ op: "merge", grids: [stays, code], code: stays });
  }

  function begin(code) {
    first = code;
    bench.mark(new Map(bench.membersOf(code).map((one) => [one, { colour: "brand", alpha: 0.3 }])));
    bench.say({});
  }

  function cancel() {
    const was = first;
    first = null;
    bench.mark(new Map());
    bench.say({});
    return Boolean(was);
  }

  const hint = () => (first ? t("{grid} stays. Click the neighbour that is merged into it.", { grid: gridName(bench.land(), first) }) : t("Click the grid that stays, then the neighbour that is merged into it."));
  return { hint, start: cancel, stop: cancel, click, move: (spot, event) => bench.hoverGrid(bench.gridAt(spot, { isFine: event.shiftKey })), cancel, changed: () => {} };
}
