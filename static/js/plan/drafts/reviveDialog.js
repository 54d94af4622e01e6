import { api } from "../../api.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { formDialog, labelled } from "../panels/formDialog.js";

/** Bring an earlier version back: a draft that another person approves, in which grids have their old codes again. */
export function reviveDialog(number) {
  const reason = element("input.input", { id: "revive-reason", maxlength: 500, required: true, autocomplete: "off" });
  formDialog(t("Bring version {number} back", { number }), {
    lead: t("It becomes a draft under review: another person approves it, then it is published."),
    fields: [labelled(t("Reason"), reason)],
    button: t("Bring back"),
    send: async () => {
      const { draft } = await api.revive(number, reason.value.trim());
      location.assign(`/plan/${draft}`);
      return true;
    },
  });
}
