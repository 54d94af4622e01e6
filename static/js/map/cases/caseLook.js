const SAME_LOOK = {
  accepted: "filed",
  returned: "filed",
  sent_back: "filed",
  rework: "handling",
  handled: "checking",
  pending_close: "checking",
};
const OWN_LOOK = new Set(["disputed", "suspended"]);

/**
 * Return how a case looks: "overdue" or "risk" where its limit presses, else its state.
 * @param {{state: string, urgency: string}} one
 */
export function caseLook({ state, urgency }) {
  return urgency === "normal" || OWN_LOOK.has(state) ? (SAME_LOOK[state] ?? state) : urgency;
}
