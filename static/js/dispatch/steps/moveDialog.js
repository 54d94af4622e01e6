import { api } from "../../api.js";
import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { page } from "../../pageData.js";
import { openDialog } from "../../shell/openDialog.js";

/**
 * Ask why a case or report lies elsewhere, with what the right spot changes: grid, person, department, deadline.
 * @param {object} found the page of the case or report
 * @param {{lon: number, lat: number}} spot
 * @param {{isStill: () => boolean, send: (values: object) => Promise<void>}} how `isStill` tells whether it is still asked for
 */
export async function moveDialog(found, spot, { isStill, send }) {
  const change = found.kind === "case" ? await named(await api.desk.rerouted(found.number, spot)) : null;
  if (!isStill()) return;
  const reason = element("textarea.input", { id: "step-reason", rows: 3, maxlength: 2000, required: true });
  const problem = element("p.err", { role: "alert", hidden: true });
  const button = element("button.btn.primary", { type: "submit" }, icon("pin"), t("Correct the spot"));
  const form = element("form.fields", { submit }, element("p.muted", `${spot.lon.toFixed(5)}, ${spot.lat.toFixed(5)}`), change ? difference(change) : null,
    element("div.field", element("label", { for: reason.id }, t("Why")), reason), problem, element("div", button));
  const dialog = openDialog(t("Correct the spot"), form);
  dialog.classList.add("narrow");
  reason.focus();

  async function submit(event) {
    event.preventDefault();
    button.disabled = true;
    try {
      await send({ ...spot, reason: reason.value.trim() });
      dialog.close();
    } catch (failed) {
      if (!("status" in failed)) throw failed;
      problem.textContent = failed.message;
      problem.hidden = false;
      button.disabled = false;
    }
  }
}

/** Put the name of each grid beside its code. */
async function named({ before, after }) {
  const [was, is] = await Promise.all([before, after].map(({ grid: code }) => (code ? api.grid(code).then(({ name, name_en: english }) => ({ name: `${(page.language === "en" && english) || name} ${code}` }), () => code) : null)));
  return { before: { ...before, grid: was }, after: { ...after, grid: is } };
}

function difference({ before, after }) {
  const rows = [[t("Grid"), "grid", word], [t("On duty"), "person", word], [t("Department"), "department", word], [t("Due"), "due_at", time]];
  return element("table.table", element("thead", element("tr", element("th", ""), element("th", t("before")), element("th", t("after")))),
    element("tbody", ...rows.map(([term, name, say]) => row(term, say(before[name]), say(after[name])))));
}

const row = (term, was, is) => element("tr", element("td.term", term), element("td", was), element("td", was === is ? is : element("b", is)));
const word = (one) => (one === null || one === undefined ? "—" : ((page.language === "en" && one.name_en) || one.name || page.departments[one]) ?? String(one));
const time = (one) => (one ? cityTime.short(new Date(one)) : "—");
