import { formatNumber } from "./formatNumber.js";

/** Return metres as a person says them: 34 m, 1.6 km. */
export function formatDistance(metres) {
  return metres < 1000 ? `${Math.round(metres)} m` : `${formatNumber(Math.round(metres / 100) / 10)} km`;
}
