import { api } from "../api.js";
import { cityTime } from "../cityTime.js";
import { element } from "../element.js";
import { t } from "../i18n.js";
import { icon } from "../icon.js";
import { page } from "../pageData.js";
import { formDialog } from "../plan/panels/formDialog.js";
import { toast } from "../toast.js";
import { accountDialog } from "./accountDialog.js";

/**
 * List accounts: who, role, area, department, state; each can be changed, closed or opened.
 * @param {HTMLElement} place
 * @param {object[]} accounts
 * @param {() => Promise<void>} again
 */
export function accountsTable(place, accounts, again) {
  place.setAttribute("aria-busy", "false");
  if (!accounts.length) return place.replaceChildren(element("div.empty", icon("people"), element("p", t("No account is called so."))));
  const head = [t("Who"), t("Role"), t("Area of responsibility"), t("Department"), t("Second factor"), t("State"), ""].map((words) => element("th", { scope: "col" }, words));
  const rows = accounts.map((one) => element(`tr${one.is_closed ? ".closed" : ""}`, ...facts(one).map((fact) => element("td", fact)), element("td.wide", element("span.acts", change(one, again), one.second_factor ? reset(one, again) : null, turn(one, again)))));
  place.replaceChildren(element("div.scrollx", element("table.table", element("thead", element("tr", ...head)), element("tbody", ...rows))));
  return null;
}

function facts(one) {
  const state = one.is_closed ? element("span.row", icon("lock"), t("closed {when}", { when: cityTime.short(new Date(one.closed_at)) })) : t("may sign in");
  const who = element("span.who", element("b", { lang: "zh-CN" }, one.name), element("span.faint", one.login));
  return [who, page.roles[one.role] ?? one.role, one.area_code || t("whole city"), page.departments[one.department_code] ?? one.department_code, one.second_factor ? element("span.row", icon("lock"), t("with a phone")) : "", state];
}

const change = (one, again) => element("button.btn.sm", { type: "button", "aria-label": t("Change {name}", { name: one.login }), click: () => accountDialog(one, again) }, t("Change"));

function reset({ login }, again) {
  const taken = { fields: [], button: t("Take it away"), lead: t("For an account whose phone and recovery codes are lost: its sessions end, and its password alone signs in again."), send };
  return element("button.btn.sm", { type: "button", "aria-label": t("Take the second factor of {name} away", { name: login }), click: () => formDialog(t("Take the second factor of {name} away", { name: login }), taken) }, t("Second factor lost"));

  async function send() {
    await api.accounts.resetSecond(login);
    toast(t("{name} has no second factor any more.", { name: login }));
    await again();
    return true;
  }
}

function turn({ login, is_closed }, again) {
  const words = is_closed ? t("Open again") : t("Close the account");
  return element("button.btn.sm", { type: "button", "aria-label": `${words} ${login}`, click: take }, words);

  async function take() {
    try {
      await api.accounts.change(login, { is_closed: !is_closed });
      toast(is_closed ? t("{name} may sign in again.", { name: login }) : t("{name} is closed: sessions ended, tokens revoked.", { name: login }));
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      toast(problem.message, { name: "alert" });
    }
    await again();
  }
}
