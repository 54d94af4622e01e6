import { api } from "../api.js";
import { element } from "../element.js";
import { t } from "../i18n.js";
import { page } from "../pageData.js";
import { formDialog, labelled } from "../plan/panels/formDialog.js";

/**
 * Add an account, or change one.
 * @param {object|null} account null adds a new one
 * @param {() => Promise<void>} again
 */
export function accountDialog(account, again) {
  const input = (id, value, more = {}) => element("input.input", { id: `account-${id}`, value: value ?? "", maxlength: 200, autocomplete: "off", spellcheck: "false", ...more });
  const login = input("login", "", { maxlength: 64, required: true, autocapitalize: "none" });
  const name = input("name", account?.name, { required: true });
  const role = choice("role", page.roles, account?.role ?? "collector");
  const area = input("area", account?.area_code, { maxlength: 64 });
  const department = choice("department", { "": t("every one"), ...page.departments }, account?.department_code ?? "");
  const password = input("password", "", { type: "password", autocomplete: "new-password", minlength: 10, required: !account });
  const facts = () => ({ name: name.value.trim(), role: role.value, area_code: area.value.trim(), department_code: department.value });
  formDialog(account ? t("Change {name}", { name: account.login }) : t("Add an account"), {
    fields: [
      account ? null : labelled(t("Login"), login),
      labelled(t("Name of the person"), name), labelled(t("Role"), role),
      labelled(t("Area of responsibility"), area, t("code of a grid or area with all below it; empty is the whole city")),
      labelled(t("Department"), department),
      labelled(account ? t("Another password") : t("First password"), password, account ? t("left empty, it stays; a new one ends the sessions") : t("at least 10 characters; to be changed by the person")),
    ].filter(Boolean),
    button: account ? t("Change") : t("Add"),
    send: async () => {
      const given = password.value ? { ...facts(), password: password.value } : facts();
      await (account ? api.accounts.change(account.login, given) : api.accounts.add({ login: login.value.trim(), ...given }));
      await again();
      return true;
    },
  });
}

function choice(id, names, chosen) {
  return element("select.input", { id: `account-${id}` }, ...Object.entries(names).map(([value, words]) => element("option", { value, selected: value === chosen }, words)));
}
