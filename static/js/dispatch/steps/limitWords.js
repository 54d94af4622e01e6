import { t } from "../../i18n.js";

const UNITS = {
  UH: (count) => t("{count} urgent h", { count }),
  WH: (count) => t("{count} working h", { count }),
  WD: (count) => t("{count} working days", { count }),
  CD: (count) => t("{count} days", { count }),
};

/** Return a time limit like `4WH` in words; what is none stays as it is. */
export function limitWords(limit) {
  const [, count, unit] = /^([\d.]+)([A-Z]{2})$/.exec(limit ?? "") ?? [];
  return UNITS[unit]?.(count) ?? limit ?? "";
}
