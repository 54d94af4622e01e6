import { page } from "../pageData.js";

/** Return a grid's name as people say it, its code where it has none. */
export function gridName(land, code) {
  if (code === null) return "–";
  const grid = land?.grids[code];
  return (page.language === "en" && grid?.name_en) || grid?.name || code;
}
