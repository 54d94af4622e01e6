const AREA = { size: 17, weight: 700, colour: "sub-line", spacing: 0.16, halo: 4, alpha: 0.9 };
const PLACE = { size: 13, weight: 700, colour: "sub-line", spacing: 0.04, halo: 3.5, alpha: 0.95 };

/**
 * How the name of a level's grid is written; sizes in pixels, `least` the width of the grid on the screen it needs.
 * @param {string} level
 * @param {boolean} isFilled whether this is the level that is filled, the finest in sight
 */
export function labelStyle(level, isFilled) {
  if (level === "city" || level === "evaluated_area") return { ...AREA, least: 0 };
  if (level === "subdistrict") return isFilled ? { ...PLACE, least: 30 } : { ...AREA, least: 60 };
  if (level === "community") return { size: 12.5, weight: 500, colour: "text-2", spacing: 0.02, halo: 3, alpha: 1, least: 70 };
  if (level === "unit_grid") return { size: 10, weight: 400, colour: "text-2", spacing: 0, halo: 2.5, alpha: 1, least: 0 };
  return { size: 12, weight: 700, colour: "text", spacing: 0, halo: 3, alpha: 1, least: 60 };
}
