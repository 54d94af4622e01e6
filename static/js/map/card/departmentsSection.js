import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";

/** Who owns what on this street: one spot rightly has nine departments. */
export function departmentsSection({ street }, state, actions) {
  if (!street.length) return null;
  const all = element("button.link", { type: "button", click: actions.allDepartments }, t("All {count}", { count: state.get("categories").size }));
  return element("div.sec", element("h3", t("Who owns what"), element("span.end", all)), element("div.deps", ...street.map(row)));
}

function row({ icon: name, name: thing, department, unit, fallback }) {
  const owner = department?.name ?? t("nobody");
  const title = [thing, owner, unit].filter(Boolean).join(" · ");
  return element("div", { title }, icon(name), element("span.clip", thing), element(`b.clip${fallback ? ".amber" : ""}`, owner));
}
