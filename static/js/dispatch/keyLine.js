import { element } from "../element.js";
import { t } from "../i18n.js";
import { deskKeyRows } from "./deskKeys.js";

const MOST_USED = () => [
  ["J K", t("move")], ["↵", t("confirm")], ["1 2 3", t("to another")], [t("Space"), t("select")], ["⇧ ↵", t("dispatch the selection")], ["U", t("urge")], ["Z", t("undo")], ["?", t("all keys")],
];

/** Keep the line at the foot: the keys that are used most, what the shift has done, and whether the server answers. */
export function keyLine(state) {
  const known = new Set(deskKeyRows().map(([pressed]) => pressed));
  const place = document.getElementById("keyline");
  const key = (pressed, word) => element("span", ...pressed.split(" ").map((one) => element("kbd", one)), ` ${word}`);

  function show() {
    const shift = state.get("shift");
    const isLive = state.get("isLive");
    place.replaceChildren(...MOST_USED().filter(([pressed]) => known.has(pressed)).map(([pressed, word]) => key(pressed, word)), element("span.grow"),
      shift ? element("span", t("dispatched this shift"), " ", element("b", String(shift.dispatched)), shift.seconds_each ? t(", {seconds} s each", { seconds: Math.round(shift.seconds_each) }) : "") : "",
      element("span.row", element(isLive ? "i.live" : "i.live.away"), isLive ? t("live") : t("server away")));
  }

  state.on(["shift", "isLive"], show);
  show();
}
