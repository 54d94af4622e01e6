import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { page } from "../../pageData.js";
import { now } from "../now.js";
import { RETURN_KINDS, returnWords } from "./returnWords.js";

const A_WEEK = 7 * 86400_000;

const field = (id, word, input, hint) => element("div.field", element("label", { for: id }, word), Object.assign(input, { id }), hint ? element("span.hint", hint) : null);
const select = (options, value, more = {}) => element("select.input", more, ...options.map(([code, word]) => element("option", { value: code, selected: code === value }, word)));

/** Two answers to choose from; the first is chosen. */
function pair(name, yes, no) {
  const box = (value, word, checked) => element("label", element("input", { type: "radio", name, value, checked }), element("span", word));
  const made = element("div.yesno", { role: "radiogroup" }, box("true", yes, true), box("false", no, false));
  return { made, value: () => made.querySelector("input:checked").value === "true" };
}

/**
 * What a step asks for, by the name of the value: each returns its place in the form and what was given.
 * @type {Record<string, (found: object) => {place: HTMLElement, value: () => any, input?: HTMLElement}>}
 */
export const fields = {
  reason() {
    const input = element("textarea.input", { rows: 3, maxlength: 2000, required: true });
    return { place: field("step-reason", t("Why"), input), value: () => input.value.trim(), input };
  },
  department({ one, best }) {
    const input = select(Object.entries(page.departments), best ?? one.department);
    return { place: field("step-department", t("Department"), input), value: () => input.value, input };
  },
  next_owner({ one }) {
    const others = Object.entries(page.departments).filter(([code]) => code !== one.department);
    const input = select([["", "—"], ...others], "");
    return { place: field("step-next", t("Whose it is"), input, t("The first two kinds need it.")), value: () => input.value || undefined, input };
  },
  kind() {
    const input = select(RETURN_KINDS.map((kind) => [kind, returnWords(kind)]), RETURN_KINDS[0]);
    return { place: field("step-kind", t("What is wrong"), input), value: () => input.value, input };
  },
  handler({ handlers }) {
    const input = select(handlers.map(({ login, name }) => [login, name]), "");
    return { place: field("step-handler", t("Who works on it"), input), value: () => input.value, input };
  },
  until() {
    const input = element("input.input", { type: "datetime-local", required: true, value: cityTime.local(new Date(now() + A_WEEK)) });
    return { place: field("step-until", t("Until"), input), value: () => cityTime.instant(input.value).toISOString(), input };
  },
  passed() {
    const { made, value } = pair("passed", t("The work is done"), t("It is not done: rework"));
    return { place: element("div.field", element("span.label", t("What is to be seen there")), made), value };
  },
  found() {
    const { made, value } = pair("found", t("It is there"), t("It is not there"));
    return { place: element("div.field", element("span.label", t("What is to be seen there")), made), value };
  },
  area({ areas }) {
    const input = select([...areas.map(({ code, name }) => [code, name]), ["", t("the whole city")]], areas[0]?.code);
    return { place: field("step-area", t("The rule holds in"), input, t("From now on such cases go there by themselves.")), value: () => input.value, input };
  },
  duplicate_of() {
    const input = element("input.input", { required: true, maxlength: 64 });
    return { place: field("step-duplicate", t("Number of the report that stays"), input), value: () => input.value.trim(), input };
  },
};
