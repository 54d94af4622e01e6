import { element } from "../element.js";

/** Return the fuse of a case: how much of its time limit has burnt; nothing where it has none. */
export function fuse(burnt) {
  if (burnt === null || burnt === undefined) return null;
  const bar = element("i.fuse", { "aria-hidden": "true" });
  bar.style.setProperty("--p", `${Math.min(100, Math.round(burnt * 100))}%`);
  return bar;
}
