import { t } from "../../i18n.js";

/** The groups of the queue: word, what it means, drawing and look. */
export const groupWords = {
  predicted: { word: () => t("Would be late"), note: () => t("less time left than such work usually takes"), icon: "risk", look: "risk" },
  overdue: { word: () => t("Late and not dispatched"), note: () => t("told up the chain"), icon: "overdue", look: "overdue" },
  today: { word: () => t("Due today"), note: () => "", icon: "filed", look: "" },
  rest: { word: () => t("Due later"), note: () => "", icon: "clock", look: "" },
};

/** Where the work has begun already, late is simply late; reports have no deadline yet. */
export function groupTitle(group, tab) {
  if (tab === "intake") return t("In the order they came");
  return group === "overdue" && tab !== "dispatch" ? t("Late") : groupWords[group].word();
}
