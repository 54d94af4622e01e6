import { t } from "../i18n.js";

/** Return how a step is called: `done` in a history, `name` and `icon` on a button; `ask` says what its reason is. */
export function stepWords(action) {
  const { name, done, icon = "right", ask } = WORDS[action] ?? {};
  return { name: name?.() ?? action, done: done?.() ?? action, icon, ask: ask?.() ?? t("Why") };
}

const WORDS = {
  accept: { done: () => t("accepted") },
  ask_verify: { done: () => t("asked to verify it") },
  verify: { name: () => t("Verify"), done: () => t("verified it on the spot"), icon: "eye" },
  merge: { done: () => t("merged it") },
  reject: { done: () => t("rejected it") },
  decline: { done: () => t("did not file it") },
  file: { done: () => t("filed it") },
  open: { done: () => t("began the case") },
  adopt: { done: () => t("took it over") },
  dispatch: { done: () => t("dispatched it"), icon: "sent" },
  claim: { name: () => t("Take it on"), done: () => t("took it on"), icon: "flag" },
  assign: { name: () => t("Give it to a colleague"), done: () => t("assigned it"), icon: "person" },
  revoke: { name: () => t("Take the assignment back"), done: () => t("took the assignment back"), icon: "undo" },
  hand_back: { name: () => t("Hand back to my department"), done: () => t("handed it back"), icon: "undo" },
  return: { name: () => t("Return with a reason"), done: () => t("returned it"), icon: "undo", ask: () => t("Why it is not yours") },
  send_back: { done: () => t("sent it back") },
  refile: { done: () => t("filed it anew") },
  handle: { name: () => t("Done, send to check"), done: () => t("handed the work in"), icon: "wrench" },
  ask_check: { done: () => t("asked for a check") },
  check: { name: () => t("Check"), done: () => t("checked it"), icon: "eye" },
  rework: { done: () => t("asked for rework") },
  close: { done: () => t("closed it"), icon: "ok" },
  ask_extension: { name: () => t("Ask for more time"), done: () => t("asked for more time"), icon: "clock", ask: () => t("Why more time is needed") },
  approve_extension: { done: () => t("granted more time"), icon: "clock" },
  refuse_extension: { done: () => t("refused more time"), icon: "clock" },
  suspend: { done: () => t("suspended it"), icon: "pause" },
  resume: { done: () => t("resumed it") },
  dispute: { done: () => t("put it on the dispute desk"), icon: "scales" },
  settle: { done: () => t("settled the dispute"), icon: "scales" },
  cancel: { done: () => t("cancelled it") },
  force_close: { done: () => t("closed it by force") },
  reopen: { done: () => t("reopened it") },
  urge: { done: () => t("urged it"), icon: "bell" },
  escalate: { done: () => t("told people further up"), icon: "bell" },
  reply: { name: () => t("Reply to the urge"), done: () => t("replied to the urge"), icon: "msg", ask: () => t("What you answer") },
};
