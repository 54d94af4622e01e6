/** What divides responsibility grids: drawn over them where the zoom allows, never filled by itself. */
const FINEST = "unit_grid";

/**
 * Return which level's tiles are drawn at a zoom.
 * @param {{id: string, zoom_min: number}[]} levels top down
 * @param {number} zoom
 * @param {Set<string>} hidden ids of levels switched off
 * @returns {{main: string|null, overlay: string|null, shown: string[]}} the level that is filled, the one drawn over it, and all that are visible, top down
 */
export function levelsAt(levels, zoom, hidden) {
  const shown = levels.filter(({ id, zoom_min }) => zoom >= zoom_min && !hidden.has(id)).map(({ id }) => id);
  const whole = shown.filter((id) => id !== FINEST);
  return { main: whole.at(-1) ?? levels[0]?.id ?? null, overlay: shown.includes(FINEST) ? FINEST : null, shown };
}
