import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { page } from "../pageData.js";
import { whoWords } from "./whoWords.js";

/** Who is responsible for the spot that is chosen on the map, today: a person by surname, departments, one number to call. */
export function whoView(state) {
  const answer = element("div", { "aria-live": "polite" });
  const box = element("div.who", element("h1", t("Who is responsible here")), element("p.lead", t("Click anywhere on the map: who answers there today, and which department.")), element("div.seek"), element("div.mini"), answer);
  state.on(["who", "whoFailed"], say);
  say();

  function say() {
    const [who, failed] = ["who", "whoFailed"].map(state.get);
    answer.replaceChildren(...(failed ? [element("p.err", icon("alert", "s"), element("span", failed))] : who ? told(who) : [element("p.empty", icon("pin"), element("span", t("No spot is chosen yet.")))]));
  }

  return { box, shown: say };
}

function told(who) {
  if (who.outside) return [element("section.card", element("b", t("This is outside the city")), element("p.muted", who.nearest ? t("The nearest grid, {name}, is {count} m away.", { name: who.nearest.name, count: Math.round(who.nearest.distance_m) }) : ""))];
  const { name, area, until } = whoWords(who);
  return [
    element("section.card",
      element("div.row", element("span.avatar.xl", { "aria-hidden": "true" }, who.person?.surname[0] ?? "?"), element("div.grow", element("b", name), element("div.muted", [area, until].filter(Boolean).join(" · ")))),
      element("div.acts", element("a.btn.lg", { href: `tel:${page.public.hotline}` }, icon("phone"), t("Call {number}", { number: page.public.hotline })), element("a.btn.primary.lg", { href: "#report" }, icon("report"), t("Report here"))),
      who.near_border ? element("p.note.s-risk", icon("alert"), element("span", t("{count} m from the border to {name}: look whether the pin is exactly where it is.", { count: Math.round(who.near_border.distance_m), name: who.near_border.neighbours.map((one) => one.name).join(", ") }))) : null),
    element("section.card", element("ul.duties", ...who.street.map(({ icon: drawing, name: thing, department }) => element("li", icon(drawing), element("span", thing), element("b", department?.name ?? t("not settled")))))),
  ];
}
