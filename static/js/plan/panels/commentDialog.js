import { api } from "../../api.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { formDialog, labelled } from "./formDialog.js";

/** Take a comment about a place. */
export function commentDialog(bench, [lon, lat]) {
  const text = element("textarea.input", { id: "comment-text", rows: 3, maxlength: 2000, required: true });
  formDialog(t("Comment"), {
    lead: t("At {lon}, {lat}", { lon: lon.toFixed(5), lat: lat.toFixed(5) }),
    fields: [labelled(t("What is to be said of this place"), text)],
    button: t("Pin it here"),
    send: async () => {
      await api.drafts.comment(bench.id, { text: text.value.trim(), lon, lat });
      return bench.reload();
    },
  });
}
