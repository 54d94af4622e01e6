import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { page } from "../../pageData.js";
import { moment } from "./moment.js";

/**
 * Keep the button of the top bar that says which instant and which boundaries are looked at.
 * @param {object} state
 * @param {() => void} pick
 */
export function asofButton(state, pick) {
  const button = document.getElementById("asof");
  button.addEventListener("click", pick);

  function show() {
    const at = state.get("at");
    button.classList.toggle("past", Boolean(at || state.get("draft")));
    const time = cityTime.short(moment.of(at));
    document.getElementById("asof-time").replaceChildren(at ? icon("clock") : element("i.live"), at ? time : t("Now {time}", { time }));
    document.getElementById("asof-version").replaceChildren(...boundariesWords(state), icon("down", "s"));
  }

  state.on(["at", "draft", "version", "versions", "tick"], show);
  show();
}

function boundariesWords(state) {
  const { version, draft } = state.get("version") ?? {};
  if (draft) return [t("Draft"), element("b", String(draft)), t("not in force")];
  if (!version) return [page.boundaries ? t("Draft, nothing is published yet") : t("no version yet")];
  const kind = state.get("at") ? t("in force then") : t("in force");
  return [t("Version"), element("b", `V${version}`), kind];
}
