import { element } from "../element.js";
import { t } from "../i18n.js";
import { openSheet } from "./openSheet.js";
import { stepWords } from "./stepWords.js";

const KINDS = {
  not_my_duty: () => t("Not my department's duty"),
  not_my_area: () => t("Not my area"),
  wrong_category: () => t("The category is wrong"),
  insufficient_info: () => t("Too little is known"),
};
const NEEDS_OWNER = new Set(["not_my_duty", "not_my_area"]);

/**
 * Ask for what a step needs besides a touch: words, the kind of a return and its next owner, a colleague.
 * @param {{action: string, title?: string, values?: object, ask?: string}} step
 * @param {object} patch
 * @param {(body: object) => void} take
 */
export function stepSheet({ action, title, values = {}, ask, needsReason = true, department = "" }, patch, take) {
  const words = stepWords(action);
  const reason = needsReason ? element("textarea.input", { id: "step-reason", rows: 3, maxlength: 2000, required: true }) : null;
  const kind = action === "return" ? choice("step-kind", Object.entries(KINDS).map(([value, said]) => [value, said()])) : null;
  const owner = action === "return" ? choice("step-owner", [["", t("choose")], ...patch.departments.filter(({ code }) => code !== department).map(({ code, title: name }) => [code, name])]) : null;
  const handler = action === "assign" ? choice("step-handler", patch.colleagues.map(({ login, name }) => [login, name])) : null;
  const ownerField = owner && field(owner, t("Whose it is"));
  const form = element("form.fields", { submit },
    kind && field(kind, t("What is wrong")), ownerField, handler && field(handler, t("Who")), reason && field(reason, ask ?? words.ask),
    element("div.foot.inline", element("button.btn.lg", { type: "button", click: () => dialog.close() }, t("Back")), element("button.btn.lg.primary.grow", { type: "submit" }, title ?? words.name)));
  const dialog = openSheet(title ?? words.name, "", form);
  kind?.addEventListener("change", ownerWhereNeeded);
  if (kind) ownerWhereNeeded();

  function ownerWhereNeeded() {
    ownerField.hidden = !NEEDS_OWNER.has(kind.value);
    owner.required = NEEDS_OWNER.has(kind.value);
  }

  function submit(event) {
    event.preventDefault();
    const given = { reason: reason?.value.trim(), kind: kind?.value, handler: handler?.value, next_owner: kind && NEEDS_OWNER.has(kind.value) ? owner.value : undefined };
    dialog.close();
    take({ action, ...values, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value)) });
  }
}

function choice(id, options) {
  return element("select.input", { id }, ...options.map(([value, words]) => element("option", { value }, words)));
}

const field = (input, label) => element("div.field", element("label", { for: input.id }, label), input);
