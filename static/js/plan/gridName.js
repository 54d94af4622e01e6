/** Return a grid's name in the reader's language, its code where it has none, a dash for the outside. */
export function gridName(land, code) {
  return code === null ? "–" : land?.grids[code]?.title || code;
}
