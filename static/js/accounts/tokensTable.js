import { api } from "../api.js";
import { cityTime } from "../cityTime.js";
import { element } from "../element.js";
import { t } from "../i18n.js";
import { icon } from "../icon.js";
import { page } from "../pageData.js";
import { toast } from "../toast.js";

/**
 * List one's tokens: name, what each may do, until when, last shown; each can be revoked.
 * @param {HTMLElement} place
 * @param {object[]} tokens
 * @param {() => Promise<void>} again
 */
export function tokensTable(place, tokens, again) {
  place.setAttribute("aria-busy", "false");
  if (!tokens.length) return place.replaceChildren(element("p.muted", t("No program has a token of mine.")));
  const head = [t("Name"), t("What it may do"), t("Holds until"), t("Last shown"), ""].map((words) => element("th", { scope: "col" }, words));
  const rows = tokens.map((one) => element("tr", element("td.wide", element("b", one.name)), element("td.wide", rights(one)), cell(until(one)), cell(seen(one)), element("td.wide", element("span.acts", revoke(one, again)))));
  place.replaceChildren(element("div.scrollx", element("table.table", element("thead", element("tr", ...head)), element("tbody", ...rows))));
  return null;
}

const cell = (content) => element("td", content);
const rights = (one) => one.rights.map((right) => page.rights[right] ?? right).join(page.language === "zh" ? "、" : ", ") || t("what anybody may");
const seen = (one) => (one.last_used_at ? cityTime.short(new Date(one.last_used_at)) : t("never yet"));

function until({ expires_at }) {
  const end = new Date(expires_at);
  const words = cityTime.long(end);
  return end > new Date(page.now) ? words : element("span.row", icon("alert"), t("expired {when}", { when: words }));
}

function revoke({ id, name }, again) {
  return element("button.btn.sm", { type: "button", "aria-label": t("Revoke {name}", { name }), click: take }, t("Revoke"));

  async function take() {
    try {
      await api.accounts.revokeToken(id);
      toast(t("{name} is revoked: programs that show it are refused.", { name }));
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      toast(problem.message, { name: "alert" });
    }
    await again();
  }
}
