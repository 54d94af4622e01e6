import { t } from "./i18n.js";

/** Return how long until, or since, `due`: "2 h over", "26 min left". */
export function formatRest(due, now) {
  const minutes = Math.round((due - now) / 60000);
  const span = formatSpan(Math.abs(minutes));
  return minutes < 0 ? t("{span} over", { span }) : t("{span} left", { span });
}

function formatSpan(minutes) {
  if (minutes < 60) return t("{count} min", { count: minutes });
  if (minutes < 48 * 60) return t("{count} h", { count: Math.round(minutes / 60) });
  return t("{count} days", { count: Math.round(minutes / 1440) });
}
