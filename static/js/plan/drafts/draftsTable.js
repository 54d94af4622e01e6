import { api } from "../../api.js";
import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { toast } from "../../toast.js";
import { statusBadge } from "../review/statusBadge.js";

/**
 * List drafts: name, state, base, author, edits; one that is being drawn can be put away.
 * @param {HTMLElement} place
 * @param {object[]} drafts
 * @param {{edit: boolean}} may
 * @param {() => Promise<void>} again
 */
export function draftsTable(place, drafts, may, again) {
  place.setAttribute("aria-busy", "false");
  if (!drafts.length) return place.replaceChildren(element("div.empty", icon("plan"), element("p", t("No draft is under way."))));
  const head = [t("Name"), t("State"), t("Based on"), t("By"), t("Begun"), t("Edits"), ""];
  const title = (words) => element(words === t("Edits") ? "th.r" : "th", { scope: "col" }, words);
  const rows = drafts.map((one) => element("tr", cell(link(one)), cell(statusBadge(one.status ?? "open")), cell(one.base ? `V${one.base}` : "–"), cell(one.created_by), cell(cityTime.short(new Date(one.created_at))), element("td.r", String(one.edits ?? 0)), cell(element("span.row", compared(one), may.edit && one.status === "open" ? away(one, again) : ""))));
  place.replaceChildren(element("div.scrollx", element("table.table", element("thead", element("tr", ...head.map(title))), element("tbody", ...rows))));
  return null;
}

const cell = (content) => element("td", content);
const link = ({ id, name, reason }) => element("a.draftlink", { href: `/plan/${id}` }, element("b", name || t("Draft {id}", { id })), reason ? element("span.faint", reason) : "");

const compared = ({ id, base, name }) => (base ? element("a.btn.icon.sm.quiet", { href: `/plan/compare?before=v${base}&after=d${id}`, title: t("What changes"), "aria-label": t("What {name} changes", { name: name || t("Draft {id}", { id }) }) }, icon("compare")) : "");

function away({ id, name }, again) {
  return element("button.btn.icon.sm.quiet", { type: "button", title: t("Put away"), "aria-label": t("Put {name} away", { name }), click: discard }, icon("trash"));

  async function discard() {
    try {
      await api.drafts.discard(id);
      toast(t("{name} is put away; nothing in force has changed.", { name }));
      await again();
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      toast(problem.message, { name: "alert" });
    }
  }
}
