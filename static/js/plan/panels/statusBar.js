import { element } from "../../element.js";
import { formatNumber } from "../../formatNumber.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";

/**
 * Return what keeps the line at the foot of the map: what to do now, what a point snapped to, how far it moved.
 * @param {object} state
 * @param {() => string} hint
 */
export function statusBar(state, hint) {
  const place = document.getElementById("status");

  function say({ snapped = null, moved_m: moved, at, isMoving = false } = {}) {
    place.setAttribute("aria-live", isMoving ? "off" : "polite");
    if (state.get("compare")) return place.replaceChildren(element("span", t("Left the base, right the draft; the arrows move the line.")));
    if (!state.get("isNear")) return place.replaceChildren(element("span", t("Zoom in to draw: borders can be taken hold of from zoom 15 on.")));
    if (!isMoving) return place.replaceChildren(element("span", hint()));
    return place.replaceChildren(...[
      element("span", icon("magnet", "s"), " ", snapped ? t("Snapped: {what}", { what: words(snapped) }) : t("free")),
      Number.isFinite(moved) ? element("span.num", t("moved {metres} m", { metres: formatNumber(moved) })) : null,
      at ? element("span.num.coords", `${at[0].toFixed(5)}, ${at[1].toFixed(5)}`) : null,
      Number.isFinite(moved) ? element("span.green", t("both sides follow, no gap")) : null,
      element("span", element("kbd", "Esc"), " ", t("cancel")),
    ].filter(Boolean));
  }

  state.on(["isNear", "compare", "tool"], () => say());
  return say;
}

function words({ kind, name }) {
  const said = { node: t("a corner"), arc: t("a border"), road: t("a road"), river: t("a river") }[kind];
  return name ? `${said} ${name}` : said;
}
