import { counted } from "../../counted.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { differenceKind } from "./differenceKind.js";
import { differenceWords } from "./differenceWords.js";

const SHOWN = 300;
const ORDER = ["piece", "created", "dissolved", "changed"];

/**
 * Keep the list of what differs: ground that changes hands first, then grids that are new, gone or changed; each is found on the map.
 * @param {HTMLElement} place
 * @param {object} state `features`, and `at`: which of them is chosen
 * @param {(number: number) => void} open
 */
export function differenceList(place, state, open) {
  const list = element("ul.differences");
  place.append(list);

  function show() {
    const features = state.get("features");
    if (!features) return list.replaceChildren(...[1, 2, 3].map(() => element("li", element("span.skel"))));
    const numbered = features.map(({ properties }, number) => ({ properties, number }));
    const groups = ORDER.map((kind) => numbered.filter(({ properties }) => (properties.feature === "piece" ? "piece" : properties.kind) === kind)).filter((group) => group.length);
    list.replaceChildren(...groups.flatMap((group) => [heading(group), ...group.slice(0, SHOWN).map(row), rest(group)]));
    if (!features.length) list.append(element("li.none.muted", icon("ok"), " ", state.get("problem") || t("Nothing differs.")));
    return choose();
  }

  function heading(group) {
    const { words } = differenceKind(group[0].properties);
    return element("li.group", element("h3", words(), element("span.end.faint", counted(group.length, t("{count} place"), t("{count} places")))));
  }

  function row({ properties, number }) {
    const { icon: name, colour } = differenceKind(properties);
    const { title, code, note } = differenceWords(properties);
    const mark = element("span.ic", icon(name));
    mark.style.color = colour;
    const said = title === code ? [element("b", title)] : [element("b", title), " ", element("span.code", code)];
    return element("li", element("button.place", { type: "button", "data-number": number, click: () => open(number) }, mark, element("span.grow", ...said, element("span.faint.cause", note))));
  }

  const rest = (group) => (group.length > SHOWN ? element("li.faint", t("The first {count} of {all}.", { count: SHOWN, all: group.length })) : "");

  /** Mark the chosen row and bring it into sight. */
  function choose() {
    for (const button of list.querySelectorAll("[aria-current]")) button.removeAttribute("aria-current");
    const chosen = list.querySelector(`[data-number="${state.get("at")}"]`);
    chosen?.setAttribute("aria-current", "true");
    chosen?.scrollIntoView({ block: "nearest" });
  }

  state.on(["features", "problem"], show);
  state.on("at", choose);
  show();
}
