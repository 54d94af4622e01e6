import { keys } from "../keys.js";
import { keysDialog } from "../shell/keysDialog.js";
import { t } from "../i18n.js";
import { page } from "../pageData.js";

const EVERYBODY = [];
const DISPATCHER = ["dispatch_case"];

/** What each key of the desk does, and whose it is: of those who have one of these rights. */
const ROWS = () => [
  ["J K", t("next and previous"), EVERYBODY],
  ["↵", t("confirm and go on"), EVERYBODY],
  ["1 2 3", t("dispatch to this candidate"), DISPATCHER],
  [t("Space"), t("select"), DISPATCHER],
  ["⇧ J", t("extend the selection"), DISPATCHER],
  ["L", t("draw round cases"), DISPATCHER],
  ["⇧ ↵", t("dispatch the selection"), DISPATCHER],
  ["Z", t("take the dispatch back, within minutes"), DISPATCHER],
  ["B", t("return or send back"), ["return_case", "dispatch_case"]],
  ["M", t("correct the spot"), ["accept_report", "dispatch_case"]],
  ["C", t("another category"), ["file_case"]],
  ["D", t("compare with a duplicate"), ["accept_report"]],
  ["X", t("dispute"), DISPATCHER],
  ["E", t("more time"), ["ask_extension", "approve_extension"]],
  ["H", t("suspend or resume"), ["suspend_case"]],
  ["U", t("urge"), ["urge_case", "reply_urge"]],
  ["R", t("load again"), EVERYBODY],
  ["[ ]", t("tab before and after"), EVERYBODY],
  ["/", t("search"), EVERYBODY],
  ["G M", t("to the map"), EVERYBODY],
  ["G P", t("to the drafts"), EVERYBODY],
  ["?", t("this list"), EVERYBODY],
  ["Esc", t("back"), EVERYBODY],
];

/** Return the keys of the desk that do something for the one who is signed in, each with what it does. */
export const deskKeyRows = () => ROWS().filter(([, , rights]) => rights === EVERYBODY || rights.some((right) => page.may.includes(right)));

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
