import { rampStep } from "./rampStep.js";

const RAMP = { sequential: "seq", diverging: "div", neighbours: "grid" };

/**
 * Return a function from grid code, and its shade among its neighbours, to fill colour, or to null where the measure says nothing.
 * @param {{kind: string, breaks: number[], values: Record<string, number>}|null} measure
 * @param {object} palette
 */
export function colourOf(measure, palette) {
  if (!measure) return () => null;
  const ramp = palette[RAMP[measure.kind]];
  if (measure.kind === "neighbours") return (code, shade) => ramp[shade % ramp.length];
  return (code) => {
    const value = measure.values[code];
    return value === undefined || value === null ? null : ramp[Math.min(rampStep(value, measure.breaks), ramp.length - 1)];
  };
}
