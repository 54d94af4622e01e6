import { t } from "../i18n.js";

/** Return how many deadlines of open cases would move, as a sentence. */
export function movedText({ moves, of }) {
  return moves ? t("{moves} of {of} open cases that count by the calendar would be due at another time.", { moves, of }) : t("No deadline of an open case would move ({of} looked at).", { of });
}
