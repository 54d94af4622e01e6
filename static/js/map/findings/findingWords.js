import { formatArea } from "../../formatArea.js";
import { t } from "../../i18n.js";

const WORDS = {
  invalid: () => t("Invalid shape"),
  gap: () => t("Gap"),
  overlap: () => t("Overlap"),
  sliver: () => t("Sliver"),
  near_miss: () => t("Near miss"),
  outside_parent: () => t("Outside its parent"),
  parent_not_tiled: () => t("Parent not covered"),
  partly_divided: () => t("Partly divided"),
  bad_code: () => t("Unusual code"),
  duplicate_code: () => t("Code used twice"),
  no_person: () => t("Nobody posted"),
  off_duty: () => t("Nobody on duty"),
  overloaded_person: () => t("Too many grids"),
  no_department: () => t("Only a fallback owner"),
};

/** Return the short name of a finding, with its size where it has one: "Gap 412 m²". */
export function findingWords({ kind, area_m2 }) {
  const word = WORDS[kind]?.() ?? kind;
  return area_m2 && !PEOPLE.has(kind) ? `${word} ${formatArea(area_m2)}` : word;
}

const PEOPLE = new Set(["no_person", "off_duty", "overloaded_person", "no_department"]);
