import { element } from "../../element.js";
import { formatNumber } from "../../formatNumber.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { page } from "../../pageData.js";
import { caseLook } from "../cases/caseLook.js";
import { findingWords } from "./findingWords.js";

const SHOWN = 4;

/**
 * Keep, for somebody who looks after an area, what is wrong there now: findings, overdue cases, cases at risk.
 * @param {HTMLElement} place
 * @param {object} state
 * @param {{finding: (finding: object) => void, goTo: (one: object) => void}} open
 */
export function tonightSection(place, state, open) {
  const area = page.account?.area;
  place.hidden = !area;
  if (!area) return;

  function show() {
    const findings = (state.get("audit")?.findings ?? []).filter((one) => lies(one, area.bounds) && one.part !== "duties");
    const cases = state.get("cases").filter((one) => lies(one, area.bounds));
    const rows = [...findings.slice(0, SHOWN).map((one) => findingRow(one, open)), ...["overdue", "risk"].map((look) => casesRow(look, cases, open)).filter(Boolean)];
    place.replaceChildren(element("h3", icon("flag"), t("Now in {area}", { area: area.name })), element("div.nightrows", ...(rows.length ? rows : [element("p.muted", t("Nothing is wrong."))])));
  }

  state.on(["audit", "cases"], show);
  show();
}

const lies = ({ lon, lat }, [west, south, east, north]) => lon >= west && lon <= east && lat >= south && lat <= north;

function findingRow(one, open) {
  const look = one.severity === "error" ? "red" : "amber";
  return element("button.nightrow", { type: "button", title: one.text, click: () => open.finding(one) }, element(`span.${look}`, icon("people")), element("span.grow.clip", findingWords(one)), element("span.faint.clip", one.codes[0] ?? ""));
}

function casesRow(look, cases, open) {
  const found = cases.filter((one) => caseLook(one) === look);
  if (!found.length) return null;
  const [colour, word] = look === "overdue" ? ["red", t("Overdue")] : ["amber", t("At risk")];
  return element("button.nightrow", { type: "button", click: () => open.goTo(found[0]) }, element(`span.${colour}`, icon(look)), element("span.grow", word), element("b.num", formatNumber(found.length)));
}
