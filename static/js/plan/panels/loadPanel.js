import { element } from "../../element.js";
import { formatNumber } from "../../formatNumber.js";
import { t } from "../../i18n.js";

const FULL = 1.8;
const HIGH = 1.3;

/** Keep the load of the grids at work, before and after, against the mean; over 1.3 times the mean is marked. */
export function loadPanel(place, state) {
  const list = element("ul.loads");
  const figures = element("dl.balance");
  place.append(element("h3", t("Load"), element("span.end.faint.key", element("i.before"), t("before"), element("i.after"), t("after"), element("span", t("1 = mean")))), list, figures);

  function show() {
    const load = state.get("load");
    if (load === false) return list.replaceChildren(element("li.faint", t("Not known: the server did not answer.")));
    if (!load) return list.replaceChildren(element("li", element("span.skel")), element("li", element("span.skel")));
    list.replaceChildren(...load.grids.map(row));
    if (!load.grids.length) list.append(element("li.faint", t("Choose a border or edit one: the grids beside it are compared here.")));
    return figures.replaceChildren(...figure(t("Most / mean"), load.max_over_mean), ...figure(t("Variation"), load.variation));
  }

  state.on("load", show);
  show();
}

function row({ code, name, person, before, after }) {
  const words = t("{name}: {before} before, {after} after", { name: name || code, before: shown(before), after: shown(after) });
  return element("li.load", { title: words },
    element("span.clip", element("b", name || code), " ", element("span.faint", person?.name ?? "")),
    element("span.pair", { "aria-hidden": "true" }, bar(before, "i.before"), bar(after, after > HIGH ? "i.after.hi" : "i.after"), tick(1, "u"), tick(HIGH, "u.limit")),
    element(after > HIGH ? "span.num.red" : "span.num", shown(after)));
}

const shown = (value) => (Number.isFinite(value) ? value.toFixed(2) : "–");

function bar(value, look) {
  const made = element(look);
  made.style.width = `${Math.min(1, (value ?? 0) / FULL) * 100}%`;
  return made;
}

function tick(value, look) {
  const made = element(look);
  made.style.left = `${(value / FULL) * 100}%`;
  return made;
}

function figure(term, pair) {
  if (!pair) return [];
  const better = pair.after < pair.before ? "b.green" : pair.after > pair.before ? "b.red" : "b";
  return [element("dt", term), element("dd", element("span.faint", number(pair.before)), " → ", element(better, number(pair.after)))];
}

const number = (value) => (Number.isFinite(value) ? value.toFixed(2) : formatNumber(0));
