import { element } from "../../element.js";
import { t } from "../../i18n.js";

/**
 * Return a choice of category, grouped by major class.
 * @param {Map<string, object>} categories
 * @param {string} chosen
 * @param {(code: string) => void} choose
 */
export function categoryChoice(categories, chosen, choose) {
  const groups = grouped([...categories.values()]);
  const parts = [...groups].map(([major, members]) => element("optgroup", { label: major }, ...members.map((one) => option(one, chosen))));
  const choice = element("select.input.sm", { change: () => choose(choice.value) }, element("option", { value: "" }, t("no category")), ...parts);
  return choice;
}

const majorOf = ({ major_title: title, major_code: code }) => title || code;
const option = ({ code, title }, chosen) => element("option", { value: code, selected: code === chosen }, `${code} ${title}`);

function grouped(list) {
  const groups = new Map();
  for (const one of list) groups.set(majorOf(one), [...(groups.get(majorOf(one)) ?? []), one]);
  return groups;
}
