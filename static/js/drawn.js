const SVG = "http://www.w3.org/2000/svg";

/**
 * Build an SVG element: `drawn("path", {d: "M0 0"})`.
 * @returns {SVGElement}
 */
export function drawn(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
