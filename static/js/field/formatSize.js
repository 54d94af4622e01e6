import { formatNumber } from "../formatNumber.js";

/** Return bytes as a person says them: 0.6 MB, 80 kB. */
export function formatSize(bytes) {
  return bytes < 100_000 ? `${Math.ceil(bytes / 1000)} kB` : `${formatNumber(Math.round(bytes / 100_000) / 10)} MB`;
}
