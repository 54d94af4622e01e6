import { api } from "../api.js";
import { element } from "../element.js";
import { t } from "../i18n.js";
import { labelled } from "../plan/panels/formDialog.js";
import { movedText } from "./movedText.js";
import { twoSteps } from "./twoSteps.js";

/** Change the shifts of a workday, once it was seen how many deadlines move. */
export function shiftsDialog(shifts) {
  const wanted = element("input.input", { id: "shifts-wanted", value: shifts, maxlength: 200, required: true, autocomplete: "off" });
  twoSteps(t("Shifts of a workday"), {
    fields: [labelled(t("Shifts"), wanted, t("like 08:00-12:00,14:00-18:00; a night shift is two, one on each side of midnight"))],
    look: t("See what moves"),
    go: t("Change the shifts"),
    tell: (isTried) => api.admin.setShifts({ shifts: wanted.value.trim(), dry_run: isTried }),
    shown: (found) => [element("p.note", movedText(found))],
    done: () => location.reload(),
  });
}
