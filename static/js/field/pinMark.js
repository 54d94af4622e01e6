import { drawn } from "../drawn.js";

/** Return the pin that stands where something is reported. */
export function pinMark() {
  const drop = drawn("path", { d: "M0 0C-5-9-13-15-13-24a13 13 0 0 1 26 0C13-15 5-9 0 0z", fill: "var(--select)", stroke: "var(--select-halo)", "stroke-width": 2 });
  const html = drawn("svg", { width: 32, height: 46, viewBox: "-16 -41 32 46", "aria-hidden": "true" }, drop, drawn("circle", { cy: -24, r: 4.8, fill: "#ffd08a" }));
  return L.divIcon({ html, className: "pinicon", iconSize: [32, 46], iconAnchor: [16, 41] });
}
