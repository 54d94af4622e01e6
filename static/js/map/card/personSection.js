import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { page } from "../../pageData.js";
import { dutyBar } from "./dutyBar.js";

const POSTS = {
  chief: () => t("Grid chief"),
  deputy: () => t("Deputy"),
  officer: () => t("Grid officer"),
};
const RULES = {
  substitute: () => t("stands in"),
  parent_chief: () => t("chief of the area above"),
};

/** Who answers now: name, post, phone, and who is on duty through the day. */
export function personSection({ decision, shifts, at }) {
  const { person } = decision;
  if (!person) return element("div.sec", element("div.note.s-overdue", icon("people"), element("span", t("Nobody is posted here or above: gridmgr staff import names somebody."))));
  return element("div.sec", element("div.who", avatar(person), words(person), phone(person)), dutyBar(shifts, at));
}

function avatar({ name, on_duty: isOn }) {
  return element(`span.avatar.xl.h${name.codePointAt(0) % 5}${isOn ? ".duty" : ""}`, { "aria-hidden": "true" }, name.slice(0, 1));
}

function words({ name, post, rule, on_duty: isOn, phone: number }) {
  const post_ = RULES[rule]?.() ?? POSTS[post]?.() ?? "";
  const duty = element(`span.${isOn ? "green" : "amber"}`, isOn ? t("on duty") : t("not on the roster now"));
  return element("div.grow", element("div.name", name, element("span.faint", post_)), element("div.muted.num", number || (page.account ? "" : t("phone: sign in to see it")), number || !page.account ? " · " : "", duty));
}

function phone({ phone: number, name }) {
  if (!number) return null;
  return element("a.btn.icon", { href: `tel:${number.replace(/[^+\d]/g, "")}`, "aria-label": t("Call {name}", { name }), title: t("Call {name}", { name }) }, icon("phone"));
}
