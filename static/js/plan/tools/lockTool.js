import { t } from "../../i18n.js";

/** Lock grids against edits of one's own, or unlock them. */
export function lockTool(bench) {
  function click(spot) {
    const code = bench.gridAt(spot);
    if (!code) return;
    const locked = new Set(bench.state.get("locked"));
    if (!locked.delete(code)) locked.add(code);
    bench.state.set({ locked });
  }

  return { hint: () => t("Click a grid to lock it: no edit of yours touches it. Click again to unlock."), start: () => {}, stop: () => bench.hoverGrid(null), click, move: (spot) => bench.hoverGrid(bench.gridAt(spot)), cancel: () => false, changed: () => {} };
}
