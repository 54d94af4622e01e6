import { drawn } from "../../drawn.js";

const WIDTH = 4.5;

/**
 * Return the ring of a cluster: red arc the overdue share, amber arc the share at risk, blue the rest, the count inside.
 * @param {{count: number, overdue: number, risk: number}} cases
 * @returns {SVGElement}
 */
export function clusterMark({ count, overdue, risk }) {
  const r = count < 5 ? 14 : count < 12 ? 17 : count < 1000 ? 21 : 25;
  const side = 2 * (r + 5);
  return drawn(
    "svg",
    { width: side, height: side, viewBox: `${-side / 2} ${-side / 2} ${side} ${side}`, "aria-hidden": "true" },
    drawn("circle", { r: r + 3.5, fill: "var(--select-halo)", opacity: 0.92 }),
    drawn("circle", { r, fill: "var(--surface)", stroke: "var(--dispatched-solid)", "stroke-width": WIDTH }),
    ...arc(r, 0, overdue / count, "var(--overdue-solid)"),
    ...arc(r, overdue / count, risk / count, "var(--risk-solid)"),
    drawn("text", { class: "cn", y: 4.5 }, String(count)),
  );
}

function arc(r, from, part, stroke) {
  if (!part) return [];
  const around = 2 * Math.PI * r;
  const dash = { "stroke-dasharray": `${part * around} ${around}`, "stroke-dashoffset": -from * around };
  return [drawn("circle", { r, fill: "none", stroke, "stroke-width": WIDTH, transform: "rotate(-90)", ...dash })];
}
