import { api } from "../api.js";
import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { openDialog } from "../shell/openDialog.js";
import { avatar } from "./avatar.js";
import { loadbar } from "./case/candidateCard.js";

/**
 * Keep the bar of what is chosen, and show the load of each person before and after.
 * @param {object} state
 * @param {{dispatch: () => Promise<void>, clear: () => void}} act
 */
export function bulkBar(state, act) {
  const bar = document.getElementById("bulk");

  function show() {
    const { size } = state.get("chosen");
    bar.hidden = size === 0;
    if (!size) return bar.replaceChildren();
    return bar.replaceChildren(element("b", t("{count} chosen", { count: size })), element("span.grow"),
      element("button.btn.sm", { type: "button", click: preview }, t("Load before and after")),
      element("button.btn.primary", { type: "button", id: "bulk-dispatch", click: act.dispatch }, t("Dispatch all as proposed"), element("kbd", "⇧↵")),
      element("button.btn.icon.sm.quiet", { type: "button", "aria-label": t("Choose none"), click: act.clear }, icon("x")));
  }

  async function preview() {
    const persons = await api.desk.load([...state.get("chosen").keys()]);
    const over = persons.filter(({ after }) => after.is_too_much);
    openDialog(t("{cases} cases to {persons} people", { cases: state.get("chosen").size, persons: persons.length }), element("div",
      element("p.muted", t("Open cases of each, as times the mean of all grids.")),
      over.length ? element("div.note.s-risk", icon("alert"), t("{names} would pass 1.3 times the mean.", { names: over.map(({ person }) => person?.name).join(", ") })) : null,
      element("div.choose", ...persons.map(line))));
  }

  function line({ person, department, grid, more, before, after }) {
    return element("div.cand", avatar(person?.name, person?.on_duty ? "duty" : ""), element("span"), element("div.grow", element("b", person?.name ?? t("nobody")), " ", element("span.muted", department?.name ?? ""), element("div.faint", `${grid} · +${more}`)),
      element("div", element("div.ld", element("span.faint", `${ratio(before)} →`), element(after.is_too_much ? "b.red" : "b", ratio(after))), loadbar(after)));
  }

  const ratio = ({ ratio: value }) => (value === null ? "–" : `${value.toFixed(2)}×`);
  state.on("chosen", show);
}
