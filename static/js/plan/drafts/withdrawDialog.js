import { api } from "../../api.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { formDialog, labelled } from "../panels/formDialog.js";

/** Withdraw a scheduled version before its instant. */
export function withdrawDialog(number, again) {
  const reason = element("input.input", { id: "withdraw-reason", maxlength: 500, required: true, autocomplete: "off" });
  formDialog(t("Withdraw version {number}", { number }), {
    fields: [labelled(t("Reason"), reason)],
    button: t("Withdraw"),
    send: async () => {
      await api.withdraw(number, reason.value.trim());
      await again();
      return true;
    },
  });
}
