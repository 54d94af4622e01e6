import { api } from "../../api.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { formDialog, labelled } from "./formDialog.js";

/** Give the present state of the draft a name to come back to. */
export function markDialog(bench) {
  const name = element("input.input", { id: "mark-name", maxlength: 200, required: true, autocomplete: "off" });
  formDialog(t("Name this state"), {
    fields: [labelled(t("Name"), name, t("You can come back to it whatever is drawn later."))],
    button: t("Keep it"),
    send: async () => {
      await api.drafts.mark(bench.id, name.value.trim());
      return bench.reload();
    },
  });
}
