import { api } from "../../api.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { formDialog } from "./formDialog.js";

/**
 * Show how the load of grids could be evened out, as ordinary edits of which any can be left out.
 * @param {object} bench
 * @param {string[]} grids codes
 */
export async function balanceDialog(bench, grids) {
  const { edits = [], before, after } = await api.drafts.propose(bench.id, { grids, aim: "load", within: "community" });
  const boxes = edits.map((edit, i) => element("label.row", element("input", { type: "checkbox", name: "edit", value: i, checked: true }), element("span.grow", edit.text ?? words(edit))));
  const figure = (found) => (found?.max_over_mean ?? found?.maximum ?? found);
  formDialog(t("Balance the load"), {
    lead: edits.length ? t("Most against mean: {before} before, {after} after.", { before: fixed(figure(before)), after: fixed(figure(after)) }) : t("There is no better division of these grids within their community."),
    fields: [element("div.proposals", ...boxes)],
    button: t("Take the chosen"),
    send: async (form) => {
      for (const chosen of new FormData(form).getAll("edit")) {
        const { text: _, ...edit } = edits[Number(chosen)].edit ?? edits[Number(chosen)];
        if (!(await bench.post(edit))) return false;
      }
      return true;
    },
  });
}

const fixed = (value) => (Number.isFinite(value) ? value.toFixed(2) : "–");
const words = ({ grids = [], to }) => t("{count} unit grids to {grid}", { count: grids.length, grid: to });
