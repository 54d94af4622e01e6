import { api } from "../../api.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { formDialog, labelled } from "../panels/formDialog.js";

/** Return a draft to its author with what is to be changed. */
export function returnDialog(bench) {
  const text = element("textarea.input", { id: "return-text", rows: 4, maxlength: 2000, required: true });
  formDialog(t("Return the draft"), {
    lead: t("The draft is open for drawing again. Comments pinned on the map go along."),
    fields: [labelled(t("What is to be changed"), text)],
    button: t("Return it"),
    send: async () => {
      await api.drafts.review(bench.id, "return", { text: text.value.trim(), comments: [] });
      return bench.reload();
    },
  });
}
