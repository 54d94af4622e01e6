import { t } from "../i18n.js";
import { page } from "../pageData.js";

const may = new Set(page.may);

/** The tabs of the desk, each for those who have work in it: id, word, and what it says when nothing waits. */
export const tabs = [
  { id: "intake", word: () => t("Reports"), rights: ["accept_report", "file_case", "verify_report"], empty: () => t("No report waits to be filed.") },
  { id: "dispatch", word: () => t("To dispatch"), rights: ["dispatch_case"], empty: () => t("No case waits to be dispatched.") },
  { id: "track", word: () => t("Dispatched"), rights: ["see_cases"], empty: () => t("No case is being worked on.") },
  { id: "disputes", word: () => t("Disputes"), rights: ["settle_dispute"], empty: () => t("Nothing is disputed.") },
  { id: "urges", word: () => t("Urged"), rights: ["urge_case", "reply_urge", "approve_extension"], empty: () => t("Nobody waits for an answer.") },
  { id: "closing", word: () => t("To close"), rights: ["close_case"], empty: () => t("No case waits to be closed.") },
].filter(({ rights }) => rights.some((right) => may.has(right)));
