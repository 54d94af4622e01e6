import { cityTime } from "../cityTime.js";
import { t } from "../i18n.js";
import { page } from "../pageData.js";

/**
 * Return in words who is responsible: name, area, and until when; `null` person is nobody.
 * @param {object} who as the server says it
 */
export function whoWords({ person, grid, areas }) {
  const community = areas.find(({ level }) => level === "community");
  const area = [community?.name, grid.name].filter((name, i, all) => name && !(i === 0 && all[1]?.startsWith(name))).join(" · ");
  const until = person?.on_duty && person.until ? t("on duty until {time}", { time: cityTime.hour(new Date(person.until)) }) : "";
  const name = person ? named(person) : t("Nobody is posted here: call the hotline");
  return { name, area, until };
}

/** A duty follows the surname in Chinese, as a title does. */
const named = ({ surname, post }) => (page.language === "zh" ? `${surname}${post}` : `${surname} (${post})`);
