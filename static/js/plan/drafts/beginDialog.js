import { api } from "../../api.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { formDialog, labelled } from "../panels/formDialog.js";

/** Begin a draft and go to it. */
export function beginDialog() {
  const name = element("input.input", { id: "new-name", maxlength: 200, required: true, autocomplete: "off" });
  const reason = element("input.input", { id: "new-reason", maxlength: 500, autocomplete: "off" });
  const level = element("select.input", { id: "new-level" },
    element("option", { value: "" }, t("grids only")), element("option", { value: "community" }, t("communities too")), element("option", { value: "subdistrict" }, t("subdistricts too")));
  formDialog(t("Begin a draft"), {
    lead: t("It is based on the newest version. Nothing in force changes before it is published."),
    fields: [labelled(t("Name"), name), labelled(t("Reason"), reason, t("why, for whoever approves")), labelled(t("Borders that may move"), level)],
    button: t("Begin"),
    send: async () => {
      const answer = await api.drafts.begin({ name: name.value.trim(), reason: reason.value.trim(), ...(level.value ? { moves_level: level.value } : {}) });
      location.assign(`/plan/${(answer.draft ?? answer).id}`);
      return true;
    },
  });
}
