import { counted } from "../../counted.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { findingStyle } from "../../map/findings/findingStyle.js";
import { findingWords } from "../../map/findings/findingWords.js";
import { findingText } from "../findingText.js";

const SHOWN = 100;
const REPAIRABLE = new Set(["gap", "overlap", "sliver", "near_miss", "invalid"]);
const POSTABLE = new Set(["no_person", "overloaded_person"]);
const WHOLES = { land: () => t("Land"), people: () => t("People"), duties: () => t("Duties") };

/**
 * Keep the list of findings: place, size, cause and, where a rule exists, one click that mends it.
 * @param {HTMLElement} place
 * @param {object} state
 * @param {{open: Function, repair: Function, assign: Function, check: Function}} actions
 */
export function findingsPanel(place, state, { open, repair, assign, check }) {
  const note = element("span.end.faint");
  const list = element("ul.findinglist");
  const full = element("button.btn.sm.quiet", { type: "button", id: "check", click: check }, icon("eye", "s"), t("Check all"));
  place.append(element("h3", t("Findings"), note), list, full);

  function show() {
    const findings = state.get("findings").filter(({ part }) => part !== "duties");
    note.textContent = state.get("isChecking") ? t("checking…") : noteOf(findings);
    list.replaceChildren(...findings.slice(0, SHOWN).map(row), dutiesRow(), wholeRow(state.get("findings")));
    if (findings.length > SHOWN) list.append(element("li.faint", t("The first {count} of {all}.", { count: SHOWN, all: findings.length })));
  }

  function row(finding) {
    const colour = finding.severity === "error" ? "red" : "amber";
    const where = element("button.place", { type: "button", click: () => open(finding) },
      element(`span.${colour}`, icon(findingStyle(finding.kind).icon)),
      element("span.grow", element("b", findingWords(finding)), " ", element("span.code", finding.codes.slice(0, 3).join(" · ")), element("span.faint.cause", findingText(finding))));
    return element(`li.found`, { "data-kind": finding.kind }, where, fix(finding));
  }

  function fix(finding) {
    if (!state.get("canEdit")) return null;
    if (REPAIRABLE.has(finding.kind)) return element("button.btn.sm", { type: "button", click: () => repair(finding) }, t("Mend"));
    if (POSTABLE.has(finding.kind)) return element("button.btn.sm", { type: "button", click: () => assign(finding.codes.at(-1)) }, t("Post somebody"));
    return null;
  }

  /** The matrix of duties is not the draft's: its findings are only counted. */
  function dutiesRow() {
    const count = state.get("findings").filter(({ part, severity }) => part === "duties" && severity === "error").length;
    return count ? element("li.whole.amber", icon("scales"), counted(count, t("{count} kind of problem with only a fallback owner"), t("{count} kinds of problem with only a fallback owner"))) : "";
  }

  /** Say which wholes nothing is wrong with. */
  function wholeRow(findings) {
    if (state.get("isChecking") && !findings.length) return element("li.whole", element("span.skel"));
    const broken = new Set(findings.filter(({ severity }) => severity === "error").map(({ part }) => part));
    const whole = Object.entries(WHOLES).filter(([part]) => !broken.has(part)).map(([, words]) => t("{name} whole", { name: words() }));
    return whole.length ? element("li.whole.green", icon("ok"), whole.join(" · ")) : "";
  }

  const noteOf = (findings) => {
    const errors = findings.filter(({ severity }) => severity === "error").length;
    return t("{errors} red, {warnings} amber", { errors, warnings: findings.length - errors });
  };

  state.on(["findings", "isChecking", "canEdit"], show);
  show();
}
