import { element } from "../element.js";

let count = 0;

/**
 * Open a sheet from the foot of the page; Escape, a touch beside it and `Later` close it.
 * @param {string} title
 * @param {string} words what stands under it
 * @param {...HTMLElement} parts
 * @returns {HTMLDialogElement}
 */
export function openSheet(title, words, ...parts) {
  const id = `sheet-${++count}`;
  const dialog = element("dialog.fieldsheet", { "aria-labelledby": id },
    element("header", element("h2", { id }, title), words ? element("p.muted", words) : null), ...parts.filter(Boolean));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
