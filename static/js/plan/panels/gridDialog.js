import { api } from "../../api.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { assignDialog } from "./assignDialog.js";
import { formDialog, labelled } from "./formDialog.js";

/**
 * Name a grid, give it another code, or post somebody on it; each is an edit of its own.
 * @param {object} bench
 * @param {string} code
 */
export async function gridDialog(bench, code) {
  const grid = await api.grid(code, { draft: bench.id });
  const input = (id, value) => element("input.input", { id, value, maxlength: 200, autocomplete: "off" });
  const [name, english, other] = [input("grid-name", grid.name), input("grid-name-en", grid.name_en), input("grid-code", code)];
  const post = element("button.btn.sm", { type: "button", id: "grid-post", click: () => (dialog.close(), assignDialog(bench, code)) }, icon("person", "s"), t("Post somebody"));
  const said = () => ({ name: name.value.trim(), name_en: english.value.trim(), code: other.value.trim() });

  const dialog = formDialog(grid.name || code, {
    fields: [labelled(t("Name"), name), labelled(t("Name in English"), english), labelled(t("Code"), other, t("A code is never used again for another grid.")), element("div", post)],
    button: t("Change"),
    send: async () => {
      const now = said();
      const names = { ...(now.name !== grid.name ? { name: now.name } : {}), ...(now.name_en !== grid.name_en ? { name_en: now.name_en } : {}) };
      const edits = [...(Object.keys(names).length ? [{ op: "rename", grid: code, ...names }] : []), ...(now.code !== code ? [{ op: "recode", grid: code, code: now.code }] : [])];
      for (const edit of edits) await bench.post(edit, { inDialog: true });
      return true;
    },
  });
}
