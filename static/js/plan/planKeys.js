import { t } from "../i18n.js";
import { keys } from "../keys.js";

const PAN_PX = 120;

/**
 * Let every action of the workbench be reached from the keyboard.
 * @param {L.Map} map
 * @param {object} actions
 */
export function planKeys(map, actions) {
  const pan = (x, y) => map.panBy([x * PAN_PX, y * PAN_PX]);
  keys.listen({
    "/": actions.search, "?": actions.help, b: actions.compare, f: actions.nextFinding, "g m": () => location.assign("/map"), "g p": () => location.assign("/plan"),
    v: () => actions.take("move"), n: () => actions.take("node"), s: () => actions.take("split"), m: () => actions.take("merge"), l: () => actions.take("lasso"), k: () => actions.take("carve"),
    "+": () => map.zoomIn(), "=": () => map.zoomIn(), "-": () => map.zoomOut(), Enter: actions.enter, Escape: actions.back,
    ArrowLeft: () => pan(-1, 0), ArrowRight: () => pan(1, 0), ArrowUp: () => pan(0, -1), ArrowDown: () => pan(0, 1),
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target.closest?.("input, textarea, dialog")) return;
    event.preventDefault();
    if (event.shiftKey) actions.redo();
    else actions.undo();
  });
}

/** What each key does, for the list of keys. */
export const planKeyRows = () => [
  ["V", t("move a border")], ["N", t("add and remove vertices")], ["S", t("split")], ["M", t("merge")], ["L", t("lasso")], ["K", t("carve out")],
  ["B", t("before and after")], ["F", t("next finding")], ["Ctrl Z", t("undo")], ["⇧ Ctrl Z", t("redo")],
  ["← ↑ → ↓", t("move the map; a chosen vertex by 1 m, with ⇧ by 10 m")], ["PgUp PgDn", t("the vertex before, the next one")], ["↵", t("choose what is at the middle of the map, end a line")],
  ["+ −", t("zoom")], ["/", t("search")], ["G M", t("to the map")], ["?", t("this list")], ["Esc", t("back")],
];
