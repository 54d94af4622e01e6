import { api } from "../api.js";
import { cityTime } from "../cityTime.js";
import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { openDialog } from "../shell/openDialog.js";
import { photo } from "./case/photoStrip.js";

/**
 * Show a report beside one that tells the same: agreement green, differences amber; merge it, or leave both.
 * @param {object} found the page of the report
 * @param {object[]} alike what is like it, the nearest first
 * @param {(number: string) => Promise<void>} merge
 */
export async function compareDialog(found, alike, merge) {
  const [first] = alike;
  const other = first.case ? await api.desk.one("case", first.case) : await api.desk.one("report", first.number);
  const [left, right] = [other.reports[0], found.reports[0]];
  const minutes = Math.round(Math.abs(Date.parse(right.received_at) - Date.parse(left.received_at)) / 60000);
  const problem = element("p.err", { role: "alert", hidden: true });
  const button = element("button.btn.primary.lg", { type: "button", click: send }, t("Merge into the left one"), element("kbd", "↵"));
  const body = element("div", element("div.cmp", side(left, right, first.case || first.number, true), element("div.mid",
    element("div", element("b", `${Math.round(first.distance_m)} m`), t("apart")), element("div", element("b", minutes < 120 ? t("{count} min", { count: minutes }) : t("{count} h", { count: Math.round(minutes / 60) })), t("between")),
    first.is_same_component ? element("div", element("b.same", icon("check")), t("same component")) : null), side(right, left, right.number, false)),
  element("p.muted.row", icon("info"), t("Both reporters will hear what becomes of it; words and photos of both are kept.")), problem);
  const dialog = openDialog(t("Side by side"), body, { wide: true, footer: [element("span.grow"), element("button.btn.lg", { type: "button", click: () => dialog.close() }, t("Not a duplicate")), button] });
  button.focus();

  async function send() {
    button.disabled = true;
    try {
      await merge(left.number);
      dialog.close();
    } catch (failed) {
      if (!("status" in failed)) throw failed;
      problem.textContent = failed.message;
      problem.hidden = false;
      button.disabled = false;
    }
  }
}

function side(one, other, number, isKept) {
  const told = (name) => element(one[name] === other[name] ? "span.same" : "span.diff", one[name] ?? "—");
  return element(`div.side${isKept ? ".keep" : ""}`, one.photos?.length ? photo(one.photos[0]) : null, element("div.row", element("span.code", number), element("span.grow"), element("span.badge.s-filed", isKept ? t("stays") : t("is merged"))),
    element("dl.dl", element("dt", t("Category")), element("dd", told("category")), element("dt", t("Grid")), element("dd", told("grid")), element("dt", t("Department")), element("dd", told("department")),
      element("dt", t("Reported")), element("dd", cityTime.short(new Date(one.received_at))), element("dt", t("By")), element("dd", [one.source, one.reporter].filter(Boolean).join(" · ")), element("dt", t("Words")), element("dd", one.description || "—")));
}
