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
  verifying: { word: () => t("To verify"), icon: "eye" },
  pending_filing: { word: () => t("To file"), icon: "filed" },
  returned: { word: () => t("Returned"), icon: "undo" },
  sent_back: { word: () => t("Sent back"), icon: "undo" },
  rework: { word: () => t("Rework"), icon: "wrench" },
  pending_close: { word: () => t("To close"), icon: "ok" },
  force_closed: { word: () => t("Closed by force"), icon: "ok" },
  cancelled: { word: () => t("Cancelled"), icon: "x" },
  rejected: { word: () => t("Rejected"), icon: "x" },
  not_filed: { word: () => t("Not filed"), icon: "x" },
  duplicate: { word: () => t("Merged"), icon: "dup" },
  closed: { word: () => t("Closed"), icon: "ok" },
  overdue: { word: () => t("Overdue"), icon: "overdue" },
  risk: { word: () => t("At risk"), icon: "risk" },
  suspended: { word: () => t("Suspended"), icon: "pause" },
  disputed: { word: () => t("Disputed"), icon: "scales" },
};
