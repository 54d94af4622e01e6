import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";

const TOLERANCES = [1, 3, 5, 10, 20];

/** Keep the choice of what a dragged point snaps to, and from how far. */
export function snapPanel(place, state) {
  const reach = element("select.chip", { id: "tolerance", "aria-label": t("Snaps from"), change: () => state.set({ tolerance: Number(reach.value) }) },
    ...TOLERANCES.map((metres) => element("option", { value: metres, selected: metres === state.get("tolerance") }, `${metres} m`)));
  const chips = element("div.row.wrap");
  place.append(element("h3", icon("magnet"), t("Snap"), element("span.end", reach)), chips);

  function show() {
    const on = state.get("snap");
    chips.replaceChildren(...KINDS().map(([id, words]) => element(on.has(id) ? "button.chip.on" : "button.chip", { type: "button", "aria-pressed": String(on.has(id)), "data-snap": id, click: () => toggle(id) }, words)));
  }

  function toggle(id) {
    const snap = new Set(state.get("snap"));
    if (!snap.delete(id)) snap.add(id);
    state.set({ snap });
    chips.querySelector(`[data-snap=${id}]`).focus();
  }

  state.on("snap", show);
  show();
}

const KINDS = () => [["arc", t("borders")], ["node", t("corners")], ["road", t("roads")], ["river", t("rivers")]];
