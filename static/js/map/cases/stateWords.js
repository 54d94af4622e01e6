import { t } from "../../i18n.js";

/** Return the word and the drawing of a case's look. */
export function stateWords(look) {
  const { word, icon } = WORDS[look] ?? { word: () => look, icon: "info" };
  return { word: word(), icon };
}

const WORDS = {
  reported: { word: () => t("Reported"), icon: "report" },
  accepted: { word: () => t("Accepted"), icon: "filed" },
  filed: { word: () => t("To dispatch"), icon: "filed" },
  dispatched: { word: () => t("Dispatched"), icon: "sent" },
  handling: { word: () => t("Handling"), icon: "wrench" },
  handled: { word: () => t("To check"), icon: "eye" },
  checking: { word: () => t("To check"), icon: "eye" },
  closed: { word: () => t("Closed"), icon: "ok" },
  overdue: { word: () => t("Overdue"), icon: "overdue" },
  risk: { word: () => t("At risk"), icon: "risk" },
  suspended: { word: () => t("Suspended"), icon: "pause" },
  disputed: { word: () => t("Disputed"), icon: "scales" },
};
