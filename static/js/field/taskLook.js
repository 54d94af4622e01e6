import { caseLook } from "../map/cases/caseLook.js";

/** Return how a task looks: overdue or at risk where its clock presses whoever has to act, else by its state. */
export function taskLook({ kind, case: one, burnt }) {
  if (!one) return "reported";
  if (kind === "check") return "checking";
  return caseLook({ ...one, urgency: urgency(burnt) });
}

const urgency = (burnt) => (burnt === null || burnt < 0.75 ? "normal" : burnt < 1 ? "risk" : "overdue");
