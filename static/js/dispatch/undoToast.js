import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";

const SHOWN_FOR_MS = 30_000;

/**
 * Say what was done, with a way to take it back for half a minute; a new one takes the place of the last.
 * @param {string} text
 * @param {() => void} undo
 * @returns {() => void} takes the toast away
 */
export function undoToast(text, undo) {
  document.querySelector(".toast.undo")?.remove();
  const shown = element("div.toast.undo", icon("sent"), element("span.grow", text), element("button.btn.sm", { type: "button", click: () => (shown.remove(), undo()) }, t("Undo"), " ", element("kbd", "Z")));
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), SHOWN_FOR_MS);
  return () => shown.remove();
}
