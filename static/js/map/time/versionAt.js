/**
 * Return the version in force at an instant: the highest number that has taken effect; null before the first.
 * @param {{number: number, effective_from: string}[]} versions
 * @param {Date} at
 */
export function versionAt(versions, at) {
  const inForce = versions.filter(({ effective_from }) => new Date(effective_from) <= at);
  return inForce.reduce((best, one) => (best && best.number > one.number ? best : one), null);
}
