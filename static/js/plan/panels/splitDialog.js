import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { formDialog, labelled } from "./formDialog.js";

/**
 * Ask which grid a drawn line splits, and what the new one is called.
 * @param {{code: string, name: string}[]} choices the grid people know first, then the unit grid under the line
 * @param {{split: (edit: object) => Promise<any>, closed: () => void}} actions
 */
export function splitDialog(choices, { split, closed }) {
  const grid = element("select.input", { id: "split-grid" }, ...choices.map(({ code, name }) => element("option", { value: code }, name === code ? code : `${name} · ${code}`)));
  const code = element("input.input", { id: "split-code", maxlength: 64, autocomplete: "off" });
  const name = element("input.input", { id: "split-name", maxlength: 200, autocomplete: "off" });

  function send() {
    const given = code.value.trim();
    const edit = { grid: grid.value, ...(given ? { codes: [grid.value, given] } : {}) };
    if (given && name.value.trim()) edit.names = { [given]: name.value.trim() };
    return split(edit);
  }

  formDialog(t("Split"), {
    lead: choices.length > 1 ? t("A divided grid is split along its unit grids: each goes wholly to the side that holds more than half of it.") : null,
    fields: [labelled(t("Grid to split"), grid), labelled(t("Code of the new grid"), code, t("Empty: the next free number.")), labelled(t("Name of the new grid"), name, t("Only with a code of your own."))],
    button: t("Split"), send, closed,
  });
}
