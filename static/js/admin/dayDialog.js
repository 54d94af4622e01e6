import { api } from "../api.js";
import { element } from "../element.js";
import { t } from "../i18n.js";
import { labelled } from "../plan/panels/formDialog.js";
import { movedText } from "./movedText.js";
import { twoSteps } from "./twoSteps.js";

/**
 * Make a day a holiday, a make-up workday or ordinary, once it was seen how many deadlines move.
 * @param {{date: string, kind: string, name: string, provisional: string}} day
 */
export function dayDialog({ date, kind, name, provisional }) {
  const kinds = { holiday: t("holiday"), workday: t("make-up workday"), ordinary: t("ordinary day") };
  const chosen = element("select.input", { id: "day-kind" }, ...Object.entries(kinds).map(([value, words]) => element("option", { value, selected: value === kind }, words)));
  const called = element("input.input", { id: "day-name", maxlength: 64, value: name, autocomplete: "off" });
  const open = element("input", { type: "checkbox", id: "day-provisional", checked: provisional === "true" });
  twoSteps(date, {
    fields: [labelled(t("Kind"), chosen), labelled(t("Name"), called), element("label.row", open, t("not announced yet"))],
    look: t("See what moves"),
    go: t("Change the day"),
    tell: (isTried) => api.admin.setDay({ date, kind: chosen.value, name: called.value.trim(), provisional: open.checked, dry_run: isTried }),
    shown: (found) => [element("p.note", movedText(found))],
    done: () => location.reload(),
  });
}
