import { element } from "../element.js";
import { t } from "../i18n.js";
import { keys } from "../keys.js";
import { openDialog } from "./openDialog.js";

/**
 * Show what each key does, and the switch that turns single letters off.
 * @param {string[][]} [listed] keys and meanings; the map's where there are none
 */
export function keysDialog(listed = KEYS()) {
  const box = element("input", { type: "checkbox", id: "single-keys", checked: keys.areOn(), change: () => keys.turn(box.checked) });
  const rows = listed.map(([pressed, meaning]) => element("li", element("span.pressed", ...pressed.split(" ").map((key) => element("kbd", key))), element("span", meaning)));
  openDialog(t("Keyboard"), element("div", element("ul.keylist", ...rows), element("label.row", { for: "single-keys" }, box, t("Single-letter keys"))));
}

const KEYS = () => [
  ["/", t("search")],
  ["T", t("another time")],
  ["N", t("back to now")],
  ["R", t("report at the chosen spot")],
  ["↵", t("who answers at the middle of the map")],
  ["← ↑ → ↓", t("move the map")],
  ["+ −", t("zoom")],
  ["F", t("next finding")],
  ["G M", t("to the map")],
  ["G P", t("to the drafts")],
  ["?", t("this list")],
  ["Esc", t("back")],
];
