import { api } from "../api.js";
import { cityTime } from "../cityTime.js";
import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { page } from "../pageData.js";
import { ratingForm } from "./ratingForm.js";
import { reopenForm } from "./reopenForm.js";

/**
 * What became of a report: where it stands, its steps, the work on photos, and what its reporter may do.
 * @param {object} report as the server tells it
 * @param {{number: string, secret: string}} keys
 * @param {(report: object) => void} changed
 */
export function followed(report, keys, changed) {
  const { words, number, category, description, due_at: due, department, history, photos, photos_after: after } = report;
  return [
    element("section.card",
      element("div.row", element(`span.badge.s-${look(report)}`, icon(report.is_over ? "ok" : "clock"), words), element("span.grow"), element("span.faint.num", { style: "font-size:13px" }, number)),
      element("h2", category ?? t("Report")),
      description ? element("p.muted", description) : null,
      element("p.muted", [department, due ? t("to be done by {time}", { time: cityTime.short(new Date(due)) }) : ""].filter(Boolean).join(" · ")),
      report.merged ? element("p.note", icon("dup"), element("span", t("It was joined with another report of the same."))) : null,
      pictures(t("Sent with the report"), photos),
      pictures(t("After the work"), after),
      element("ol.steps", ...history.map((one, i) => step(one, i === history.length - 1 && !report.is_over)))),
    report.may.rate ? ratingForm((body) => api.rate({ ...keys, ...body }), changed) : rated(report.rating),
    report.may.reopen ? reopenForm(report.reopen_days, (reason) => api.reopen({ ...keys, reason }), changed) : null,
    report.is_over && !report.may.reopen ? element("p.muted", t("Not content? Call {number}.", { number: page.public.hotline })) : null,
  ].filter(Boolean);
}

function step({ words, at, icon: name, reason }, isNow) {
  return element(isNow ? "li.now" : "li", isNow ? { "aria-current": "step" } : {}, element("span.o", icon(name)), element("span", element("b", words), element("small.num", cityTime.short(new Date(at))), reason ? element("q", reason) : null));
}

function pictures(title, photos) {
  if (!photos.length) return null;
  return element("figure", { style: "margin:10px 0 0" }, element("figcaption.faint", { style: "font-size:13px;margin-bottom:4px" }, title),
    element("div.pics", ...photos.map(({ url, thumb }, i) => element("a", { href: url, target: "_blank", rel: "noopener" }, element("img", { src: thumb, alt: t("{title}, photo {count}", { title, count: i + 1 }), loading: "lazy" })))));
}

function rated(rating) {
  return rating ? element("section.card", element("b", t("You gave {count} of 5", { count: rating.stars })), rating.words ? element("p.muted", rating.words) : null) : null;
}

function look({ state, is_over: isOver }) {
  if (isOver) return "closed";
  return ["handling", "rework", "dispatched", "suspended", "disputed", "filed"].includes(state) ? state.replace("rework", "handling") : ["handled", "checking", "pending_close"].includes(state) ? "checking" : "reported";
}
