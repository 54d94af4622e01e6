import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { moment } from "./moment.js";

/**
 * Keep the violet frame and its sentence while something else than now is looked at.
 * @param {object} state
 * @param {() => void} backToNow
 */
export function pastBar(state, backToNow) {
  const bar = document.getElementById("pastbar");
  const frame = document.getElementById("mapwrap");

  function show() {
    const isElsewhere = Boolean(state.get("at") || state.get("draft"));
    frame.classList.toggle("past-frame", isElsewhere);
    bar.hidden = !isElsewhere;
    const back = element("button.btn.sm", { type: "button", click: backToNow }, t("Back to now"), element("kbd", "N"));
    bar.replaceChildren(...(isElsewhere ? [icon("clock"), element("span.grow", sentence(state)), back] : []));
  }

  state.on(["at", "draft", "version"], show);
  show();
}

function sentence(state) {
  if (state.get("draft")) return t("You are looking at draft {id}: its boundaries are not in force; people and cases are those of now", { id: state.get("draft") });
  const at = moment.of(state.get("at"));
  const fields = { time: cityTime.long(at), version: `V${state.get("version")?.version ?? "–"}` };
  return at > moment.now() ? t("You are looking at {time}: the boundaries of {version}, the roster as planned", fields) : t("You are looking at {time}: the boundaries of {version}, the roster of that hour", fields);
}
