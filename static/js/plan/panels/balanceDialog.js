import { api } from "../../api.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { gridName } from "../gridName.js";
import { formDialog } from "./formDialog.js";

/**
 * Show how the load of grids could be evened out, as ordinary edits of which any can be left out.
 *
 * An edit may need earlier ones: who leaves one out leaves out what needs it.
 * @param {object} bench
 * @param {string[]} grids codes
 */
export async function balanceDialog(bench, grids) {
  const { edits, steps, before, after } = await api.drafts.propose(bench.id, { grids, aim: "load" });
  const boxes = edits.map((edit, i) => element("input", { type: "checkbox", id: `step-${i}`, name: "edit", value: i, checked: true, change: () => follow(i) }));
  const rows = steps.map((step, i) => element("label.row", { for: `step-${i}` }, boxes[i], element("span.grow", words(bench, edits[i], step)), element("span.num.faint", t("load {load}", { load: fixed(step.load) }))));

  function follow(changed) {
    steps.forEach(({ needs }, i) => {
      if (!boxes[changed].checked && needs.some((one) => !boxes[one].checked)) boxes[i].checked = false;
      if (boxes[changed].checked && i === changed) for (const one of needs) boxes[one].checked = true;
    });
  }

  formDialog(t("Balance the load"), {
    lead: edits.length ? t("Most against mean: {before} before, {after} after.", { before: fixed(before.max_over_mean), after: fixed(after.max_over_mean) }) : t("There is no better division of these grids within their community."),
    fields: [element("div.proposals", ...rows)],
    button: t("Take the chosen"),
    send: async () => {
      for (const [i, edit] of edits.entries()) if (boxes[i].checked && !(await bench.post(edit, { inDialog: true }))) return false;
      return true;
    },
  });
}

const fixed = (value) => (Number.isFinite(value) ? value.toFixed(2) : "–");

function words(bench, { op, grids = [] }, { from, to }) {
  const names = { from: gridName(bench.land(), from), to: gridName(bench.land(), to) };
  return op === "hand_over" ? t("{count} unit grids from {from} to {to}", { count: grids.length, ...names }) : t("a piece of {from} to {to}", names);
}
