import { api } from "../../api.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { openDialog } from "../../shell/openDialog.js";

const AT_ONCE = 60;

/**
 * List every category with the department that owns it at the spot; a field narrows the list.
 * @param {object} state
 */
export function departmentsDialog(state) {
  const body = element("tbody");
  const filter = element("input.input", { type: "search", placeholder: t("Code or name"), "aria-label": t("Code or name"), input: narrow });
  const head = element("tr", ...[t("Code"), t("Category"), t("Department"), t("Unit")].map((word) => element("th", { scope: "col" }, word)));
  openDialog(t("Who owns what"), element("div", filter, element("table.table", element("thead", head), body)), { wide: true });
  const rows = [...state.get("categories").values()].map((category) => row(category));
  body.append(...rows.map(({ made }) => made));
  fill(rows, state);

  function narrow() {
    const words = filter.value.trim().toLowerCase();
    for (const { made, category } of rows) made.hidden = !`${category.code} ${category.name} ${category.name_en}`.toLowerCase().includes(words);
  }
}

function row(category) {
  const department = element("td", element("span.skel"));
  const unit = element("td.muted");
  return { category, department, unit, made: element("tr", element("td.code", category.code), element("td", category.title), department, unit) };
}

async function fill(rows, state) {
  const { lon, lat } = state.get("spot");
  const at = state.get("at") ?? undefined;
  for (let from = 0; from < rows.length; from += AT_ONCE) {
    const some = rows.slice(from, from + AT_ONCE);
    const answers = await api.whereMany(some.map(({ category }) => ({ lon, lat, at, category: category.code })));
    some.forEach((one, i) => tell(one, answers[i]));
  }
}

function tell({ department, unit }, { department: owner, fallback }) {
  department.replaceChildren(owner?.name ?? t("nobody"), fallback ? element("span.amber", { title: t("fallback owner") }, icon("alert", "s")) : "");
  unit.textContent = owner?.unit ?? "";
}
