import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { page } from "../pageData.js";
import { toast } from "../toast.js";

/**
 * What the reporter is shown once the report has arrived: number, secret, who has it.
 * @param {{number: string, secret: string}} mine
 * @param {object} answer
 * @param {() => void} again begins another report
 */
export function receipt(mine, { decision, merged, report }, again) {
  const { department } = decision;
  const name = department && ((page.language === "en" && department.name_en) || department.name);
  return element("section.receipt",
    element("h1", { tabindex: -1 }, t("The report has arrived")),
    element("p.lead", next()),
    element("div.card",
      element("dl.secret", element("dt", t("Number")), element("dd", { id: "number" }, mine.number), element("dt", t("Secret")), element("dd", { id: "secret" }, mine.secret)),
      element("p.muted", t("Keep both: with them you follow your report, on any phone. They are also kept in this browser.")),
      element("div.acts", element("button.btn.lg", { type: "button", click: copy }, icon("copy"), t("Copy both")), element("a.btn.lg.primary", { href: `#follow&${mine.number}` }, icon("list"), t("Follow it")))),
    element("div.acts", element("button.btn.lg", { type: "button", click: again }, icon("report"), t("Report something else"))),
  );

  function next() {
    if (merged) return t("It joins another report of the same: you hear of the result.");
    if (report.outside) return t("The spot is outside the city: somebody will look at it.");
    return name ? t("It is passed on to {department}.", { department: name }) : t("Somebody will sort it and pass it on.");
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(`${mine.number} ${mine.secret}`);
      toast(t("Copied"), { name: "ok" });
    } catch {
      getSelection().selectAllChildren(document.querySelector(".secret"));
      toast(t("This browser does not copy: it is marked, copy it by hand."));
    }
  }
}
