import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { categoryChoice } from "../cases/categoryChoice.js";

/** Why this person: every rule that was tried, as a chain one can read aloud; the last is who answers. */
export function traceSection({ decision }, state) {
  const choice = categoryChoice(state.get("categories"), state.get("category"), (category) => state.set({ category }));
  choice.setAttribute("aria-label", t("Category"));
  const last = decision.trace.findLastIndex(({ won }) => won);
  const steps = decision.trace.map((entry, position) => step(entry, position, position === last));
  return element("div.sec", element("h3", icon("route"), t("Why this person"), element("span.end", choice)), element("ol.chain", ...steps));
}

function step({ text, won }, position, isAnswer) {
  const look = isAnswer ? "won" : won ? "hit" : "skip";
  return element(`li.${look}`, element("span.d", isAnswer ? icon("check", "s") : String(position + 1)), element("span", isAnswer ? element("b", text) : text));
}
