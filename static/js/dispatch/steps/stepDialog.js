import { api } from "../../api.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { openDialog } from "../../shell/openDialog.js";
import { fields } from "./fields.js";
import { filingFields } from "./filingFields.js";
import { stepWords } from "./stepWords.js";

const FILES = new Set(["file", "refile", "recategorise"]);
const BY_FILING = new Set(["category", "condition", "limit", "department"]);
const ALSO = { return: ["next_owner"], settle: ["area"] };

/**
 * Ask for what a step needs and send it; a step that needs nothing is sent at once by the caller.
 * @param {object} found the page of the case or report, with kind, number, seen
 * @param {{action: string, needs: string[]}} step
 * @param {{categories: object[], areas: object[], best?: string, send: (values: object) => Promise<void>}} how
 */
export async function stepDialog(found, { action, needs }, { categories, areas, best, send }) {
  const one = found.case ?? found.reports[0];
  const handlers = needs.includes("handler") ? await api.desk.handlers(found.number) : [];
  const filing = FILES.has(action) ? filingFields(found, categories, action) : null;
  const wanted = [...needs.filter((name) => !(filing && BY_FILING.has(name))), ...(ALSO[action] ?? [])].filter((name) => fields[name]);
  const parts = wanted.map((name) => [name, fields[name]({ one, best, areas, handlers })]);
  const words = stepWords(action);
  const problem = element("p.err", { role: "alert", hidden: true });
  const button = element("button.btn.primary", { type: "submit" }, icon(words.icon), words.press());
  const form = element("form.fields", { submit }, ...(filing ? [filing.place] : []), ...parts.map(([, part]) => part.place), problem, element("div", button));
  const dialog = openDialog(words.press(), form);
  dialog.classList.add("narrow");
  (parts.find(([, part]) => part.input)?.[1].input ?? form.querySelector("select, input, textarea"))?.focus();

  async function submit(event) {
    event.preventDefault();
    button.disabled = true;
    problem.hidden = true;
    try {
      await send({ ...(filing?.values() ?? {}), ...Object.fromEntries(parts.map(([name, part]) => [name, part.value()])) });
      dialog.close();
    } catch (failed) {
      if (!("status" in failed)) throw failed;
      problem.textContent = failed.message;
      problem.hidden = false;
      button.disabled = false;
    }
  }
}
