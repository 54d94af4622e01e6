/**
 * How the border of each level is drawn: weight, dash and an accompanying band; pixels.
 * Heavier outside, lighter inside; each level differs in weight and in pattern.
 * @returns {{width: number, colour: string, dash: number[], alpha: number, band: number}}
 */
export function borderStyle(level, palette) {
  const rule = RULES[level] ?? RULES.responsibility_grid;
  return { dash: [], alpha: 1, band: 0, ...rule, colour: palette[rule.colour] };
}

const RULES = {
  city: { width: 3, colour: "sub-line", band: 14 },
  evaluated_area: { width: 3, colour: "sub-line", band: 14 },
  subdistrict: { width: 2.2, colour: "sub-line", dash: [12, 3, 2, 3], band: 9 },
  community: { width: 1.5, colour: "comm-line", dash: [7, 3] },
  responsibility_grid: { width: 1, colour: "grid-line", alpha: 0.72 },
  unit_grid: { width: 0.6, colour: "grid-line", alpha: 0.45 },
};
