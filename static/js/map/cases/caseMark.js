import { drawn } from "../../drawn.js";

const HALO = "var(--select-halo)";
const R = 8;

/**
 * Return the mark of one case: one shape per urgency, so that colour is never the only sign.
 * @param {string} look a case state, or "overdue" or "risk"
 * @returns {SVGElement} 28 px wide, its middle on the place
 */
export function caseMark(look) {
  const shapes = (SHAPES[look] ?? ring)(`var(--${look}-solid)`, look);
  return drawn("svg", { width: 28, height: 28, viewBox: "-14 -14 28 28", class: "casemark", "aria-hidden": "true" }, ...shapes);
}

const SHAPES = {
  overdue: (colour) => [
    drawn("path", { d: `M0-${R * 1.35}L${R * 1.35} 0 0 ${R * 1.35}-${R * 1.35} 0Z`, fill: colour, stroke: HALO, "stroke-width": 2 }),
    drawn("path", { d: "M0-4.5V1.5M0 4.3V5", stroke: HALO, "stroke-width": 2, "stroke-linecap": "round" }),
  ],
  risk: (colour) => [
    drawn("path", { d: `M0-${R * 1.25}L${R * 1.25} ${R * 0.9}H-${R * 1.25}Z`, fill: colour, stroke: HALO, "stroke-width": 2, "stroke-linejoin": "round" }),
    drawn("path", { d: "M0-3.5V1.6M0 4V4.7", stroke: HALO, "stroke-width": 1.8, "stroke-linecap": "round" }),
  ],
  disputed: (colour) => [
    drawn("rect", { x: -R * 0.95, y: -R * 0.95, width: R * 1.9, height: R * 1.9, rx: 2, fill: colour, stroke: HALO, "stroke-width": 2 }),
    drawn("path", { d: "M-4 0H4M0-4V4", stroke: HALO, "stroke-width": 1.8, transform: "rotate(45)" }),
  ],
};

function ring(colour, look) {
  const outer = drawn("circle", { r: R * 0.85, fill: "var(--surface)", stroke: colour, "stroke-width": 3.4 });
  if (look === "filed" || look === "reported") return [outer];
  return [outer, drawn("circle", { r: look === "checking" ? 2.2 : 3.2, fill: colour })];
}
