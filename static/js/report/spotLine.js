import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { whoWords } from "./whoWords.js";

/**
 * Where the report is about: the place in words, how sure the phone was, and a hint where a border is near.
 * @param {object} state
 * @param {{locate: Function, canLocate: boolean}} place
 */
export function spotLine(state, place) {
  const words = element("span.grow", { id: "spot-words" });
  const hint = element("div.note.s-risk", { role: "status", hidden: true });
  const line = element("div.spotline", icon("pin"), words, place.canLocate ? element("button.link", { type: "button", click: place.locate }, t("Use my position")) : null);
  state.on(["spot", "who", "whoFailed", "accuracy"], say);
  say();

  function say() {
    const [spot, who, accuracy] = ["spot", "who", "accuracy"].map(state.get);
    words.replaceChildren(spot ? placeOf(spot, who) : element("span.faint", t("Not chosen yet: click on the map")));
    if (spot && accuracy) words.append(element("small", t("position of the phone, good to {count} m", { count: accuracy })));
    if (state.get("whoFailed")) words.append(element("small", state.get("whoFailed")));
    const near = who?.near_border;
    hint.hidden = !near && !who?.outside;
    if (near) hint.replaceChildren(icon("alert"), element("span", t("{count} m from the border to {name}: look whether the pin is exactly where it is.", { count: Math.round(near.distance_m), name: near.neighbours.map(({ name }) => name).join(", ") })));
    else if (who?.outside) hint.replaceChildren(icon("alert"), element("span", t("This is outside the city. The report is kept, but nobody here is responsible for the spot.")));
  }

  return [line, hint];
}

function placeOf({ lon, lat }, who) {
  if (who && !who.outside) return whoWords(who).area;
  return `${lon.toFixed(5)}, ${lat.toFixed(5)}`;
}
