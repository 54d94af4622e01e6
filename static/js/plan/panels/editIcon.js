/** Which drawing stands for an edit in the list. */
export function editIcon(op) {
  return ICONS[op] ?? "plan";
}

const ICONS = {
  move_arc: "arc", move_node: "node", add_node: "node", remove_node: "node", split: "split", carve: "carve", merge: "merge", transfer: "lasso",
  hand_over: "lasso", repair: "wrench", rename: "doc", recode: "doc", assign: "person", import: "upload", rebase: "route",
};
