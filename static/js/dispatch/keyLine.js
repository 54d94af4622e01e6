import { element } from "../element.js";
import { t } from "../i18n.js";

/** Keep the line at the foot: the keys that are used most, what the shift has done, and whether the server answers. */
export function keyLine(state) {
  const place = document.getElementById("keyline");
  const key = (pressed, word) => element("span", ...pressed.split(" ").map((one) => element("kbd", one)), ` ${word}`);

  function show() {
    const shift = state.get("shift");
    const isLive = state.get("isLive");
    place.replaceChildren(key("J K", t("move")), key("↵", t("confirm")), key("1 2 3", t("to another")), key(t("Space"), t("select")), key("⇧↵", t("dispatch the selection")), key("U", t("urge")), key("Z", t("undo")), key("?", t("all keys")), element("span.grow"),
      shift ? element("span", t("dispatched this shift"), " ", element("b", String(shift.dispatched)), shift.seconds_each ? t(", {seconds} s each", { seconds: Math.round(shift.seconds_each) }) : "") : "",
      element("span.row", element(isLive ? "i.live" : "i.live.away"), isLive ? t("live") : t("server away")));
  }

  state.on(["shift", "isLive"], show);
  show();
}
