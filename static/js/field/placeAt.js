import { nearestBorder } from "../map/nearestBorder.js";
import { isWithin } from "./isWithin.js";

const TOLERANCE_M = 15;

/**
 * Return what the phone itself knows of a place: its grid, and how near its border is. Null where it knows no grid there.
 * @param {object[]} grids with their outlines
 * @param {{lon: number, lat: number, accuracy?: number}} place
 */
export function placeAt(grids, place) {
  const grid = grids.find(({ geometry }) => geometry && isWithin(geometry, place));
  if (!grid) return null;
  const { distance_m: distance, stretch } = nearestBorder(grid.geometry, place);
  return { title: grid.title, distance_m: distance, stretch, isNear: distance <= Math.max(TOLERANCE_M, place.accuracy ?? 0) };
}
