import { element } from "../element.js";

const LOOKS = ["", ".h1", ".h2", ".h3", ".h4"];

/** Return the round sign of somebody: the first letter of the name; the name itself stands beside it. */
export function avatar(name, size = "") {
  const look = LOOKS[[...(name ?? "")].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % LOOKS.length];
  return element(`span.avatar${look}${size && `.${size}`}`, { "aria-hidden": "true" }, (name ?? "?").slice(0, 1));
}
