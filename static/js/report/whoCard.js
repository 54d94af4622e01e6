import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { whoWords } from "./whoWords.js";

/** The card on the map: who is responsible for the spot that is chosen, today. */
export function whoCard(state) {
  const card = element("section.float.whocard", { "aria-live": "polite", hidden: true });
  state.on(["who", "kind"], ({ who, kind }) => {
    card.hidden = !who;
    if (who) card.replaceChildren(...(who.outside ? outside(who) : inside(who, kind)));
  });
  return card;
}

function inside(who, kind) {
  const { name, area, until } = whoWords(who);
  return [
    element("small", t("Who is responsible here (today)")),
    element("div.row", { style: "gap:12px;margin-top:6px" }, element("span.avatar.xl", { "aria-hidden": "true" }, who.person?.surname[0] ?? "?"), element("div", element("b", name), element("div.muted", area))),
    element("div.row", { style: "margin-top:8px;font-size:14px;gap:6px;flex-wrap:wrap" },
      who.department && kind ? element("span", icon(kind.icon, "s"), " ", t("{kind} goes to {department}", { kind: kind.title, department: who.department.name })) : null,
      until ? element("span.green", until) : null),
  ];
}

function outside({ nearest }) {
  return [element("b", t("This is outside the city")), element("div.muted", nearest ? t("The nearest grid, {name}, is {count} m away.", { name: nearest.name, count: Math.round(nearest.distance_m) }) : "")];
}
