import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";

let count = 0;

/**
 * Open a dialog over the page; Escape and the cross close it, and focus goes back where it was.
 * @param {string} title
 * @param {HTMLElement} body
 * @param {{wide?: boolean, footer?: HTMLElement[]}} [options]
 * @returns {HTMLDialogElement}
 */
export function openDialog(title, body, { wide = false, footer = [] } = {}) {
  const id = `dialog-${++count}`;
  const cross = element("button.btn.icon.sm.quiet", { type: "button", "aria-label": t("Close"), click: () => dialog.close() }, icon("x"));
  const dialog = element(`dialog.dialog${wide ? ".wide" : ""}`, { "aria-labelledby": id },
    element("header", element("h2", { id }, title), cross),
    element("div.body", { tabindex: -1 }, body),
    footer.length ? element("footer", ...footer) : null,
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
