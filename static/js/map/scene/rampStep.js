/**
 * Return the class of `value` in a ramp: how many of the ascending `breaks` it has reached.
 * @param {number} value
 * @param {number[]} breaks lower bounds of the classes after the first
 */
export function rampStep(value, breaks) {
  let step = 0;
  while (step < breaks.length && value >= breaks[step]) step++;
  return step;
}
