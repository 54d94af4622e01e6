const NAMES = [
  "map-land", "map-sea", "map-coast", "map-road", "map-road-case", "map-road-main", "map-road-main-case", "map-rail", "map-blend",
  "map-label", "map-label-2", "map-sea-label", "map-halo", "map-park", "grid-line", "comm-line", "sub-line", "sub-band", "text", "text-2",
  "overdue-solid", "disputed-solid", "gap", "overlap", "near", "select", "select-halo", "font", "suspended-solid", "brand", "closed-solid",
];
const RAMPS = { seq: 7, div: 7, grid: 6 };

/** Return the colours of the page's theme as the canvas needs them: name → value, as the tokens say now. */
export function createPalette() {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(`--${name}`).trim();
  const ramp = (name) => Array.from({ length: RAMPS[name] }, (_, step) => value(`${name}-${step + 1}`));
  return {
    ...Object.fromEntries(NAMES.map((name) => [name, value(name)])),
    ...Object.fromEntries(Object.keys(RAMPS).map((name) => [name, ramp(name)])),
  };
}
