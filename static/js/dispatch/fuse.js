import { element } from "../element.js";

const FULL = 98;

/**
 * Return the fuse of a case: how much of its time limit has burnt, and a tick where it would be done if begun now.
 * @param {{filed_at: string, clock_from?: string, due_at: string, risk?: {predicted_at: string}}} one
 * @param {number} now
 */
export function fuse({ filed_at, clock_from, due_at, risk }, now) {
  const begins = Date.parse(clock_from ?? filed_at);
  const whole = Math.max(Date.parse(due_at) - begins, 1);
  const share = (at) => Math.min(Math.max(((at - begins) / whole) * 100, 0), 100);
  const made = element("i.fuse", { "aria-hidden": "true" });
  made.style.setProperty("--p", `${share(now)}%`);
  if (risk && now < Date.parse(due_at)) made.style.setProperty("--q", `${Math.min(share(Date.parse(risk.predicted_at)), FULL)}%`);
  return made;
}
