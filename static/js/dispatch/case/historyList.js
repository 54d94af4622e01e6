import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { page } from "../../pageData.js";
import { conditionWords } from "../steps/conditionWords.js";
import { limitWords } from "../steps/limitWords.js";
import { roleWords } from "../steps/roleWords.js";
import { stepWords } from "../steps/stepWords.js";
import { photoStrip } from "./photoStrip.js";

/**
 * Return the history of a case, first step first, as sentences one can read aloud.
 * @param {object[]} history
 * @param {Record<string, string>} people names by login
 */
export function historyList(history, people) {
  const told = history.filter(({ action }, i) => !(action === "open" && history[i - 1]?.action === "file"));
  return element("ol.chain", ...told.map((event, i) => line(event, people, i === told.length - 1)));
}

function line(event, people, isLast) {
  const words = stepWords(event.action);
  const photos = Object.values(event.photos ?? {}).flat();
  return element(`li.${isLast ? "won" : "hit"}`, element("span.d", icon(words.icon, "s")), element("span",
    `${cityTime.short(new Date(event.at))} `, event.by ? element("b", people[event.by] ?? event.by) : "", ` ${roleWords(event.role)} `, element("b", words.said()),
    element("span.why", said(event, people)), photos.length ? photoStrip(photos) : null));
}

function said({ action, data, reason, at, recorded_at: heard }, people) {
  const parts = [];
  if (data.department && action !== "open") parts.push(page.departments[data.department] ?? data.department);
  if (data.handler) parts.push(people[data.handler] ?? data.handler);
  if (data.condition) parts.push(conditionWords(data.condition));
  if (data.limit) parts.push(limitWords(data.limit));
  if (data.next_owner) parts.push(t("names {department}", { department: page.departments[data.next_owner] ?? data.next_owner }));
  if (data.passed !== undefined) parts.push(data.passed ? t("passed") : t("failed"));
  if (data.found !== undefined) parts.push(data.found ? t("found") : t("not found"));
  if (data.until) parts.push(t("until {time}", { time: cityTime.short(new Date(data.until)) }));
  if (data.told?.length) parts.push(data.told.map(({ name }) => name).join(", "));
  if (reason) parts.push(reason);
  if (Date.parse(heard) - Date.parse(at) > 60_000) parts.push(t("sent {time}", { time: cityTime.short(new Date(heard)) }));
  return parts.join(" · ");
}
