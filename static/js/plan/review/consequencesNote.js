import { api } from "../../api.js";
import { element } from "../../element.js";
import { formatNumber } from "../../formatNumber.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";

const SHOWN = 6;

/**
 * Return what publishing would bring for open cases and for people of dissolved grids: the rule, and how many it meets.
 * @param {number} id
 * @param {string} effective when it would take effect; empty: now
 * @returns {Promise<{rows: HTMLElement[], toRepost: number}>}
 */
export async function consequencesNote(id, effective) {
  const { staff, to_repost: toRepost, cases } = await api.drafts.consequences(id, effective);
  const rule = element("li", icon("report", "l"), element("span.grow", element("b", t("Open cases")), element("span.cause", t("{passing} of dissolved grids go to the owner of their spot, with their time limits; {staying} of changed grids stay where they are.", { passing: formatNumber(cases.passing.length), staying: formatNumber(cases.staying.length) }))));
  const left = staff.filter(({ next_grids: next }) => !next.length).slice(0, SHOWN).map(({ person, grid }) => `${person.name} (${grid})`);
  const people = toRepost ? element("li.no", icon("people", "l"), element("span.grow", element("b", t("{count} people of dissolved grids have no other post", { count: toRepost })), element("span.cause", left.join(", ")))) : "";
  return { rows: [people, rule], toRepost };
}
