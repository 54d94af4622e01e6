import { keys } from "../keys.js";
import { keysDialog } from "../shell/keysDialog.js";
import { t } from "../i18n.js";

/** What each key of the desk does, for the list of keys. */
export const deskKeyRows = () => [
  ["J K", t("next and previous")], ["↵", t("confirm and go on")], ["1 2 3", t("dispatch to this candidate")], [t("Space"), t("select")], ["⇧ J", t("extend the selection")],
  ["L", t("draw round cases")], ["⇧ ↵", t("dispatch the selection")], ["Z", t("take the dispatch back, within minutes")], ["B", t("return or send back")], ["M", t("correct the spot")], ["C", t("another category")],
  ["D", t("compare with a duplicate")], ["X", t("dispute")], ["E", t("more time")], ["H", t("suspend or resume")], ["U", t("urge")], ["R", t("load again")], ["[ ]", t("tab before and after")],
  ["/", t("search")], ["G M", t("to the map")], ["G P", t("to the drafts")], ["?", t("this list")], ["Esc", t("back")],
];

/**
 * Let everything a dispatcher repeats be done from the keyboard.
 * @param {object} act
 */
export function deskKeys(act) {
  keys.listen({
    j: ({ shiftKey }) => act.move(1, shiftKey), k: ({ shiftKey }) => act.move(-1, shiftKey), ArrowDown: () => act.move(1, false), ArrowUp: () => act.move(-1, false),
    Enter: ({ shiftKey }) => (shiftKey ? act.dispatchChosen() : act.confirm()),
    1: () => act.choose(1), 2: () => act.choose(2), 3: () => act.choose(3),
    " ": act.select, l: act.lasso, z: () => act.undo(), d: act.compare, r: act.reload,
    b: () => act.first(["return", "send_back"]), x: () => act.first(["dispute"]), e: () => act.first(["approve_extension", "ask_extension"]), h: () => act.first(["suspend", "resume"]), u: () => act.first(["urge", "reply"]), c: () => act.first(["recategorise", "refile", "file"]), m: () => act.first(["move"]),
    "[": () => act.tab(-1), "]": () => act.tab(1), "/": act.search, "?": () => keysDialog(deskKeyRows()), Escape: act.back,
    "g m": () => location.assign("/map"), "g p": () => location.assign("/plan"), "g d": () => location.assign("/dispatch"),
  });
}
