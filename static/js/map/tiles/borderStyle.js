/**
 * How the border of each level is drawn: weight, dash and an accompanying band; pixels.
 * Heavier outside, lighter inside; each level differs in weight and in pattern.
 * @param {string} level
 * @param {object} palette
 * @param {number} zoom seen from afar all borders are finer
 * @returns {{width: number, colour: string, dash: number[], alpha: number, band: number}}
 */
export function borderStyle(level, palette, zoom) {
  const { band = 0, width, colour, ...rule } = RULES[level] ?? RULES.responsibility_grid;
  const part = zoom < FULL_FROM_ZOOM ? FAR_PART : 1;
  return { dash: [], alpha: 1, ...rule, band: band * part, width: width * part, colour: palette[colour] };
}

const FULL_FROM_ZOOM = 11;
const FAR_PART = 0.6;

const RULES = {
  city: { width: 3, colour: "sub-line", band: 14 },
  evaluated_area: { width: 3, colour: "sub-line", band: 14 },
  subdistrict: { width: 2.2, colour: "sub-line", dash: [12, 3, 2, 3], band: 9 },
  community: { width: 1.5, colour: "comm-line", dash: [7, 3] },
  responsibility_grid: { width: 1, colour: "grid-line", alpha: 0.72 },
  unit_grid: { width: 0.6, colour: "grid-line", alpha: 0.45 },
};
