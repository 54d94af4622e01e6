import { api } from "../../api.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { openDialog } from "../../shell/openDialog.js";
import { page } from "../../pageData.js";
import { toast } from "../../toast.js";

/**
 * Keep by what the queue is narrowed: border, area, category, department; and the choices that are kept under a name.
 * @param {object} state
 * @param {(query: object) => void} narrow
 */
export function narrowedBar(state, narrow) {
  const place = document.getElementById("narrowed");
  const query = () => state.get("query");
  const set = (changes) => narrow(Object.fromEntries(Object.entries({ ...query(), ...changes }).filter(([, value]) => value)));

  function show() {
    place.replaceChildren(...[
      chip(t("Near a border"), Boolean(query().near_border), () => set({ near_border: query().near_border ? "" : "true" })),
      query().area ? chip(`${state.get("areaName") || query().area} ×`, true, () => set({ area: "" })) : null,
      choice(t("All categories"), query().category ?? "", state.get("categories").map(({ code, title }) => [code, `${code} ${title}`]), (category) => set({ category })),
      choice(t("All departments"), query().department ?? "", Object.entries(page.departments), (department) => set({ department })),
      ...state.get("filters").map(saved), element("span.grow"),
      Object.keys(query()).length ? element("button.chip", { type: "button", click: keep }, icon("plus", "s"), t("Keep this choice")) : null,
    ].filter(Boolean));
  }

  function saved({ name, query: kept }) {
    const isOn = JSON.stringify(kept) === JSON.stringify(query());
    return element(`span.chip.saved${isOn ? ".on" : ""}`,
      element("button", { type: "button", "aria-pressed": String(isOn), click: () => narrow(isOn ? {} : kept) }, name),
      element("button", { type: "button", "aria-label": t("Forget {name}", { name }), click: () => change(api.desk.dropFilter(name)) }, icon("x", "s")));
  }

  function keep() {
    const name = element("input.input", { id: "filter-name", maxlength: 64, required: true });
    const send = async (event) => (event.preventDefault(), await change(api.desk.keepFilter(name.value.trim(), query())), dialog.close());
    const dialog = openDialog(t("Keep this choice"), element("form.fields", { submit: send },
      element("div.field", element("label", { for: "filter-name" }, t("Name")), name), element("div", element("button.btn.primary", { type: "submit" }, t("Keep under this name")))));
    dialog.classList.add("narrow");
    name.focus();
  }

  async function change(asked) {
    try {
      state.set({ filters: (await asked).filters });
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      toast(problem.message, { name: "alert" });
    }
  }

  state.on(["query", "filters", "categories", "areaName"], show);
  show();
}

const chip = (word, isOn, click) => element(`button.chip${isOn ? ".on" : ""}`, { type: "button", "aria-pressed": String(isOn), click }, word);

function choice(all, value, options, choose) {
  const made = element(`select.chip${value ? ".on" : ""}`, { "aria-label": all, change: () => choose(made.value) }, element("option", { value: "" }, all), ...options.map(([code, word]) => element("option", { value: code, selected: code === value }, word)));
  return made;
}
