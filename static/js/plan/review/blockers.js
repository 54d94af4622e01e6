import { counted } from "../../counted.js";
import { element } from "../../element.js";
import { formatNumber } from "../../formatNumber.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { findingWords } from "../../map/findings/findingWords.js";
import { findingText } from "../findingText.js";

const SHOWN = 4;
const WHOLES = { land: () => t("Land"), people: () => t("People"), duties: () => t("Duties") };
const ACCEPTABLE = {
  no_person: (count) => counted(count, t("in spite of {count} grid that nobody is posted on"), t("in spite of {count} grids that nobody is posted on")),
  no_department: (count) => counted(count, t("in spite of {count} kind of problem with only a fallback owner"), t("in spite of {count} kinds of problem with only a fallback owner")),
};

/**
 * Return what stands in the way of a draft: red findings with the way to each, what may be accepted with a reason, and which wholes are whole.
 * @param {{goTo: (finding: object) => void, changed: () => void}} actions `changed` is called when something is accepted
 * @returns {{list: HTMLElement, show: (findings: object[], extra: HTMLElement[]) => void, accepted: () => string[], blocking: () => number}}
 */
export function blockers({ goTo, changed }) {
  const list = element("ul.pub", element("li", element("span.skel")));
  const accepted = new Set();
  let errors = [];

  function show(findings, extra = []) {
    errors = findings.filter(({ severity }) => severity === "error");
    const land = errors.filter(({ kind }) => !ACCEPTABLE[kind]);
    const rows = Object.entries(ACCEPTABLE).map(([kind, words]) => waiver(kind, words, errors.filter((one) => one.kind === kind)));
    const whole = Object.keys(WHOLES).filter((part) => !errors.some((one) => one.part === part)).map((part) => wholeRow(part, findings));
    list.replaceChildren(...land.slice(0, SHOWN).map(row), land.length > SHOWN ? element("li.faint", t("and {count} more", { count: land.length - SHOWN })) : "", ...rows, ...whole, ...extra);
  }

  function row(finding) {
    return element("li.no", icon("alert", "l"), element("span.grow", element("b", findingWords(finding)), element("span.cause", findingText(finding))), way(finding));
  }

  const way = (finding) => element("button.btn.sm", { type: "button", click: () => goTo(finding) }, t("Go and mend"));

  function waiver(kind, words, found) {
    if (!found.length) return "";
    const box = element("input", { type: "checkbox", id: `accept-${kind}`, checked: accepted.has(kind), change: () => (accepted[box.checked ? "add" : "delete"](kind), (item.className = box.checked ? "" : "no"), changed()) });
    const item = element(accepted.has(kind) ? "li" : "li.no", icon("people", "l"),
      element("span.grow", element("b", `${findingWords({ kind })} ${formatNumber(found.length)}`), element("label.cause.row", { for: box.id }, box, words(found.length))),
      Number.isFinite(found[0].lon) ? way(found[0]) : "");
    return item;
  }

  return { list, show, accepted: () => [...accepted], blocking: () => errors.filter(({ kind }) => !accepted.has(kind)).length };
}

function wholeRow(part, findings) {
  const warnings = findings.filter((one) => one.part === part).length;
  return element("li.ok", icon("ok", "l"), element("span.grow", element("b", t("{name} whole", { name: WHOLES[part]() })), warnings ? element("span.cause", counted(warnings, t("{count} warning"), t("{count} warnings"))) : ""));
}
