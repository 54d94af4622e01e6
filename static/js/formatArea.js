import { formatNumber } from "./formatNumber.js";

/** Return square metres as a person says them: 412 m², 4.9 km². */
export function formatArea(squareMetres) {
  return squareMetres < 100000 ? `${formatNumber(Math.round(squareMetres))} m²` : `${formatNumber(Math.round(squareMetres / 10000) / 100)} km²`;
}
