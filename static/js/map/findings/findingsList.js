import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { findingStyle } from "./findingStyle.js";
import { findingWords } from "./findingWords.js";

const SHOWN = 200;

/**
 * Keep the list of findings: what, how large, why, and what to do; a click shows the place.
 * @param {HTMLElement} place
 * @param {object} state `whole` names the part that is listed, null closes the list
 * @param {(finding: object) => void} open
 */
export function findingsList(place, state, open) {
  function show() {
    const whole = state.get("whole");
    place.hidden = !whole;
    if (!whole) return;
    const findings = (state.get("audit")?.findings ?? []).filter((finding) => finding.part === whole);
    place.replaceChildren(head(findings.length, state), element("ul.findings", ...findings.slice(0, SHOWN).map((finding) => row(finding, open))));
    if (findings.length > SHOWN) place.append(element("p.faint.more", t("The first {count} of {all}.", { count: SHOWN, all: findings.length })));
  }

  state.on(["whole", "audit"], show);
  show();
}

function head(count, state) {
  const back = element("button.btn.icon.sm.quiet", { type: "button", "aria-label": t("Close"), click: () => state.set({ whole: null }) }, icon("x"));
  return element("h3", icon("alert"), t("Findings"), element("b.num", String(count)), element("span.end", back));
}

function row(finding, open) {
  const { icon: name } = findingStyle(finding.kind);
  const look = finding.severity === "error" ? "red" : "amber";
  return element("li", element("button.finding", { type: "button", click: () => open(finding) },
    element(`span.${look}`, icon(name)),
    element("span.grow", element("b", findingWords(finding)), element("span.code", finding.codes.slice(0, 3).join(" · ")), element("span.muted", finding.text)),
  ));
}
