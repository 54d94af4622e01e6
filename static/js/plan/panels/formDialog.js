import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { openDialog } from "../../shell/openDialog.js";

/**
 * Open a dialog with a form; `send` gets the values, and the dialog closes when it returns something true.
 * @param {string} title
 * @param {{lead?: string, fields: HTMLElement[], button: string, send: (form: HTMLFormElement) => Promise<any>, closed?: () => void}} parts
 */
export function formDialog(title, { lead, fields, button, send, closed = () => {} }) {
  const problem = element("p.err.red", { role: "alert", hidden: true });
  const go = element("button.btn.primary", { type: "submit" }, button);
  const leave = element("button.btn", { type: "button", click: () => dialog.close() }, t("Leave it"));
  const form = element("form.fields", { submit: take }, lead ? element("p.muted", lead) : null, ...fields, problem, element("div.row", element("span.grow"), leave, go));
  const dialog = openDialog(title, form);
  dialog.classList.add("narrow");
  dialog.addEventListener("close", closed);
  form.querySelector("input, select, textarea")?.focus();

  async function take(event) {
    event.preventDefault();
    go.disabled = true;
    problem.hidden = true;
    try {
      if (await send(form)) return dialog.close();
    } catch (failed) {
      if (!("status" in failed)) throw failed;
      problem.textContent = failed.message;
      problem.hidden = false;
    }
    go.disabled = false;
    return null;
  }

  return dialog;
}

/** Return a labelled control; `hint` stands under it. */
export const labelled = (words, control, hint) => element("div.field", element("label", { for: control.id }, words), control, hint ? element("span.hint", hint) : null);
