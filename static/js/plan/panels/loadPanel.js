import { element } from "../../element.js";
import { formatNumber } from "../../formatNumber.js";
import { t } from "../../i18n.js";
import { labelText } from "../../map/labels/labelText.js";

const LEAST_FULL = 1.8;
const HIGH = 1.3;

/**
 * Keep the load of the grids at work, before and after, against the mean; over 1.3 times the mean is marked.
 * @param {HTMLElement} place
 * @param {object} state
 * @param {(code: string) => void} open called with the grid whose name, code or person is to be changed
 */
export function loadPanel(place, state, open) {
  const list = element("ul.loads");
  const figures = element("dl.balance");
  place.append(element("h3", t("Load"), element("span.end.faint.key", element("i.before"), t("before"), element("i.after"), t("after"), element("span", t("1 = mean")))), list, figures);

  function show() {
    const load = state.get("load");
    if (load === false) return list.replaceChildren(element("li.faint", t("Not known: the server did not answer.")));
    if (!load) return list.replaceChildren(element("li", element("span.skel")), element("li", element("span.skel")));
    const full = Math.max(LEAST_FULL, ...load.grids.flatMap(({ before, after }) => [before ?? 0, after ?? 0]));
    list.replaceChildren(...load.grids.map((grid) => row(grid, full, open, state.get("canEdit"))));
    if (!load.grids.length) list.append(element("li.faint", t("Choose a border or edit one: the grids beside it are compared here.")));
    return figures.replaceChildren(...figure(t("Most / mean"), load.max_over_mean), ...figure(t("Variation"), load.variation));
  }

  state.on(["load", "canEdit"], show);
  show();
}

function row({ code, name, person, before, after }, full, open, mayChange) {
  const words = t("{name}: {before} before, {after} after", { name: name || code, before: shown(before), after: shown(after) });
  const number = labelText("responsibility_grid", { code, name });
  return element("li.load", { title: words },
    element("span.clip", mayChange ? element("button.link", { type: "button", "aria-label": t("Change {name}", { name: name || code }), click: () => open(code) }, number) : element("b", number), " ", element("span.faint", person?.name ?? "")),
    element("span.pair", { "aria-hidden": "true" }, bar(before / full, "i.before"), bar(after / full, after > HIGH ? "i.after.hi" : "i.after"), tick(1 / full, "u"), tick(HIGH / full, "u.limit")),
    element(after > HIGH ? "span.num.red" : "span.num", shown(after)));
}

const shown = (value) => (Number.isFinite(value) ? value.toFixed(2) : "–");

function bar(part, look) {
  const made = element(look);
  made.style.width = `${(part || 0) * 100}%`;
  return made;
}

function tick(part, look) {
  const made = element(look);
  made.style.left = `${part * 100}%`;
  return made;
}

function figure(term, pair) {
  if (!pair) return [];
  const [from, to] = [number(pair.before), number(pair.after)];
  const better = from === to ? "b" : pair.after < pair.before ? "b.green" : "b.red";
  return [element("dt", term), element("dd", element("span.faint", from), " → ", element(better, to))];
}

const number = (value) => (Number.isFinite(value) ? value.toFixed(2) : formatNumber(0));
