import { api } from "../api.js";
import { element } from "../element.js";
import { t } from "../i18n.js";
import { page } from "../pageData.js";
import { formDialog, labelled } from "../plan/panels/formDialog.js";
import { openDialog } from "../shell/openDialog.js";

const DAYS = [7, 30, 90, 365];

/**
 * Make a token and show its secret this once.
 * @param {string[]} possible rights that it may name
 * @param {() => Promise<void>} again
 */
export function tokenDialog(possible, again) {
  const name = element("input.input", { id: "token-name", maxlength: 100, required: true, autocomplete: "off" });
  const days = element("select.input", { id: "token-days" }, ...DAYS.map((count) => element("option", { value: count, selected: count === 90 }, t("{count} days", { count }))));
  const boxes = possible.map((right) => element("input", { type: "checkbox", value: right }));
  const list = element("div.rightslist", { tabindex: 0, role: "group", "aria-label": t("What it may do") }, ...boxes.map((box) => element("label", box, page.rights[box.value] ?? box.value)));
  formDialog(t("Make a token"), {
    lead: t("Name as little as the program needs."),
    fields: [labelled(t("Name"), name, t("what it is for")), labelled(t("Holds for"), days), element("fieldset.field", element("legend", t("What it may do")), list)],
    button: t("Make it"),
    send: async () => {
      const rights = boxes.filter((box) => box.checked).map((box) => box.value);
      const { secret } = await api.accounts.makeToken({ name: name.value.trim(), days: Number(days.value), rights });
      showSecret(secret);
      await again();
      return true;
    },
  });
}

function showSecret(secret) {
  const copy = element("button.btn", { type: "button", click: () => navigator.clipboard?.writeText(secret).then(() => (copy.textContent = t("Copied"))) }, t("Copy"));
  openDialog(t("Keep this token now"), element("div.fields", element("p", t("It is shown this once; nobody can look it up later.")), element("div.secret", element("code", { id: "secret" }, secret), copy)));
}
