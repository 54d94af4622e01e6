import { element } from "./element.js";
import { icon } from "./icon.js";

const SHOWN_FOR_MS = 6000;

/** Say one sentence at the foot of the page for a while; screen readers hear it politely. */
export function toast(text, { name = "info" } = {}) {
  const shown = element("div.toast", icon(name), element("span.grow", text));
  document.getElementById("toasts").append(shown);
  setTimeout(() => shown.remove(), SHOWN_FOR_MS);
}
