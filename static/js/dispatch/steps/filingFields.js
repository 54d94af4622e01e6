import { api } from "../../api.js";
import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { page } from "../../pageData.js";
import { conditionWords } from "./conditionWords.js";
import { limitWords } from "./limitWords.js";

/**
 * The part of a form that files a report: category, condition, limit; what would follow is shown before it is sent.
 * @param {object} found the page of the report or case
 * @param {object[]} categories
 * @param {string} action
 * @returns {{place: HTMLElement, values: () => object}}
 */
export function filingFields(found, categories, action) {
  const report = found.reports[0];
  const first = found.case?.category ?? report.category ?? "";
  const category = element("select.input", { id: "file-category", change: again }, element("option", { value: "" }, "—"), ...categories.map(({ code, title }) => element("option", { value: code, selected: code === first }, `${code} ${title}`)));
  const condition = element("select.input", { id: "file-condition", change: preview });
  const limit = element("input.input", { id: "file-limit", placeholder: "4WH", maxlength: 16, change: preview });
  const said = element("div.note.preview", { role: "status" });
  const limited = element("div.field", { hidden: true }, element("label", { for: limit.id }, t("Time limit")), limit, element("span.hint", t("Like 4WH, 1WD or 15CD: this category has none of its own.")));
  const place = element("div.fields", element("div.field", element("label", { for: category.id }, t("Category")), category), element("div.field", element("label", { for: condition.id }, t("Filing condition")), condition), limited, said);
  let asked = 0;

  function again() {
    const conditions = categories.find(({ code }) => code === category.value)?.limits ?? (category.value === first ? found.conditions : {});
    condition.replaceChildren(...Object.entries(conditions).map(([name, time]) => element("option", { value: name }, `${conditionWords(name)} · ${limitWords(time)}`)));
    condition.closest(".field").hidden = !condition.options.length;
    preview();
  }

  async function preview() {
    const mine = ++asked;
    try {
      const answer = await (found.kind === "case" && action === "recategorise" ? api.desk.rerouted(found.number, given()).then(({ after }) => after) : api.desk.proposal(report.number, given()));
      if (mine === asked) said.replaceChildren(element("dl.dl", ...line(t("Time limit"), limitWords(answer.limit)), ...line(t("Department"), page.departments[codeOf(answer.department)] ?? codeOf(answer.department)), ...line(t("Grid"), codeOf(answer.grid)), ...line(t("Due"), answer.due_at && cityTime.short(new Date(answer.due_at)))));
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      if (mine !== asked) return;
      said.replaceChildren(element("span", problem.message));
      limited.hidden = false;
    }
  }

  const given = () => ({ category: category.value || undefined, condition: condition.value || undefined, limit: limit.value.trim() || undefined });
  again();
  return { place, values: given };
}

const codeOf = (one) => one?.code ?? one;
const line = (term, value) => (value ? [element("dt", term), element("dd", element("b", value))] : []);
