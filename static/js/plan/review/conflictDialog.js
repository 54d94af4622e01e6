import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { openDialog } from "../../shell/openDialog.js";

/**
 * Say that somebody else changed the draft meanwhile; his edits are on the map already, and one's own can be sent again.
 * @param {Error} problem
 * @param {() => void} again
 */
export function conflictDialog(problem, again) {
  const send = element("button.btn.primary", { type: "button", click: () => (dialog.close(), again()) }, t("Send mine again"));
  const leave = element("button.btn", { type: "button", click: () => dialog.close() }, t("Leave it"));
  const dialog = openDialog(t("Somebody else changed the draft"), element("div.fields", { role: "alert" }, element("p", problem.message), element("p.muted", t("The map shows the new state. Nothing of yours was written."))), { footer: [element("span.grow"), leave, send] });
  dialog.classList.add("narrow");
  send.focus();
}
