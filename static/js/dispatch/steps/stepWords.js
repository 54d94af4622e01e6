import { t } from "../../i18n.js";

/** Every step of a report or a case: what its button says, what the history says, its drawing and its key. */
const WORDS = {
  reported: { press: () => "", said: () => t("reported"), icon: "report" },
  accept: { press: () => t("Accept"), said: () => t("accepted"), icon: "check" },
  reject: { press: () => t("Reject"), said: () => t("rejected"), icon: "x" },
  merge: { press: () => t("Merge as duplicate"), said: () => t("merged as a duplicate"), icon: "dup", key: "d" },
  ask_verify: { press: () => t("Ask to verify"), said: () => t("asked to verify"), icon: "eye" },
  verify: { press: () => t("Verified on the spot"), said: () => t("verified on the spot"), icon: "eye" },
  file: { press: () => t("File"), said: () => t("filed"), icon: "filed" },
  decline: { press: () => t("Do not file"), said: () => t("declined"), icon: "x" },
  open: { press: () => "", said: () => t("filed"), icon: "filed" },
  adopt: { press: () => "", said: () => t("brought in"), icon: "download" },
  dispatch: { press: () => t("Dispatch"), said: () => t("dispatched"), icon: "sent" },
  recall: { press: () => t("Take back"), said: () => t("took the dispatch back"), icon: "undo", key: "z" },
  move: { press: () => t("Correct the spot"), said: () => t("corrected the spot"), icon: "pin", key: "m" },
  recategorise: { press: () => t("Another category"), said: () => t("chose another category"), icon: "copy", key: "c" },
  claim: { press: () => t("Claim"), said: () => t("claimed"), icon: "wrench" },
  assign: { press: () => t("Assign"), said: () => t("assigned"), icon: "person" },
  revoke: { press: () => t("Revoke assignment"), said: () => t("revoked the assignment"), icon: "undo" },
  hand_back: { press: () => t("Hand back"), said: () => t("handed back"), icon: "undo" },
  return: { press: () => t("Return"), said: () => t("returned"), icon: "undo", key: "b" },
  send_back: { press: () => t("Send back"), said: () => t("sent back"), icon: "undo", key: "b" },
  refile: { press: () => t("File anew"), said: () => t("filed anew"), icon: "filed", key: "c" },
  handle: { press: () => t("Done, send to check"), said: () => t("handed in"), icon: "wrench" },
  ask_check: { press: () => t("Ask to check"), said: () => t("asked to check"), icon: "eye" },
  check: { press: () => t("Checked on the spot"), said: () => t("checked"), icon: "eye" },
  rework: { press: () => t("Send to rework"), said: () => t("sent to rework"), icon: "wrench" },
  close: { press: () => t("Close"), said: () => t("closed"), icon: "ok" },
  ask_extension: { press: () => t("Ask for more time"), said: () => t("asked for more time"), icon: "clock", key: "e" },
  approve_extension: { press: () => t("Grant more time"), said: () => t("granted more time"), icon: "clock", key: "e" },
  refuse_extension: { press: () => t("Refuse more time"), said: () => t("refused more time"), icon: "x" },
  suspend: { press: () => t("Suspend"), said: () => t("suspended"), icon: "pause", key: "h" },
  resume: { press: () => t("Resume"), said: () => t("resumed"), icon: "wrench", key: "h" },
  dispute: { press: () => t("Dispute"), said: () => t("put it in dispute"), icon: "scales", key: "x" },
  settle: { press: () => t("Settle the dispute"), said: () => t("settled"), icon: "scales" },
  cancel: { press: () => t("Cancel the case"), said: () => t("cancelled"), icon: "trash" },
  force_close: { press: () => t("Close by force"), said: () => t("closed by force"), icon: "lock" },
  reopen: { press: () => t("Reopen"), said: () => t("reopened"), icon: "redo" },
  urge: { press: () => t("Urge"), said: () => t("urged"), icon: "bell", key: "u" },
  reply: { press: () => t("Reply to the urge"), said: () => t("replied"), icon: "msg" },
  escalate: { press: () => "", said: () => t("told further up"), icon: "bell" },
};

/** Return the words of a step by its name; one that has none yet is called by its name. */
export function stepWords(action) {
  return WORDS[action] ?? { press: () => action, said: () => action, icon: "info" };
}
