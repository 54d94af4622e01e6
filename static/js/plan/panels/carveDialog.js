import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { formDialog, labelled } from "./formDialog.js";

/** Ask for the code and the name of a grid that is carved out. */
export function carveDialog({ carve, closed }) {
  const code = element("input.input", { id: "carve-code", maxlength: 64, required: true, autocomplete: "off" });
  const name = element("input.input", { id: "carve-name", maxlength: 200, autocomplete: "off" });
  formDialog(t("Carve out a grid of its own"), {
    fields: [labelled(t("Code of the new grid"), code), labelled(t("Name of the new grid"), name)],
    button: t("Carve out"),
    send: () => carve({ code: code.value.trim(), ...(name.value.trim() ? { name: name.value.trim() } : {}) }),
    closed,
  });
}
