import { drawn } from "./drawn.js";
import { icons } from "./icons.js";

/**
 * Return the drawing called `name`; `classes` may ask for another size ("s", "l").
 * @returns {SVGElement}
 */
export function icon(name, classes = "") {
  const path = drawn("path", { d: icons[name] ?? icons.info });
  return drawn("svg", { class: `i ${classes}`.trim(), viewBox: "0 0 24 24", "aria-hidden": "true" }, path);
}
