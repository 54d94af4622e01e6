const AFTER = {
  claim: { state: "handling", possible: ["handle", "hand_back", "ask_extension"] },
  assign: { state: "handling", possible: ["handle", "hand_back", "ask_extension"] },
  hand_back: { state: "dispatched", possible: ["claim", "return"] },
  reply: { possible: null },
};
const NEEDS = { hand_back: ["reason"], return: ["reason", "kind"], ask_extension: ["reason"] };

/**
 * Return a task as it will stand once what waits on this phone has arrived, so that work goes on without a net.
 *
 * `waiting` are the steps that will arrive, `refused` those that will not as things are.
 * @param {object} task
 * @param {object[]} items the queue
 */
export function afterSteps(task, items) {
  const mine = items.filter(({ kind, number }) => kind === "step" && number === task.number);
  const isRefused = ({ status }) => status === "refused";
  return mine.filter((one) => !isRefused(one)).reduce(after, { ...task, waiting: [], refused: mine.filter(isRefused) });
}

function after(task, item) {
  const { action } = item.body;
  const isGivenAway = action === "assign" && item.body.handler !== item.login;
  const told = (!isGivenAway && AFTER[action]) || { possible: [] };
  const possible = told.possible === null
    ? task.possible.filter((one) => one.action !== action).map((one) => ({ ...one, forbidden: null }))
    : told.possible.map((name) => ({ action: name, needs: NEEDS[name] ?? [], forbidden: null }));
  const one = task.case && { ...task.case, state: told.state ?? task.case.state, waits_for: action === "reply" ? "" : task.case.waits_for };
  return { ...task, case: one, possible, seen: task.seen + 1, waiting: [...task.waiting, item] };
}
