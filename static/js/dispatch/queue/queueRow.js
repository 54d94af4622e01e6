import { element } from "../../element.js";
import { formatRest } from "../../formatRest.js";
import { icon } from "../../icon.js";
import { cityTime } from "../../cityTime.js";
import { t } from "../../i18n.js";
import { caseLook } from "../../map/cases/caseLook.js";
import { stateWords } from "../../map/cases/stateWords.js";
import { page } from "../../pageData.js";
import { avatar } from "../avatar.js";
import { categoryIcon } from "../categoryIcon.js";
import { fuse } from "../fuse.js";
import { now as cityNow } from "../now.js";

/**
 * Return one line of the queue.
 * @param {object} row as the desk's queue has it
 * @param {{isOpen: boolean, isChosen: boolean, isGone: boolean, now: number, mayChoose: boolean}} how
 * @param {{open: () => void, choose: (event: Event) => void}} act
 */
export function queueRow(row, { isOpen, isChosen, isGone, now, mayChoose }, act) {
  const look = row.kind === "report" ? row.state : row.group === "predicted" ? "risk" : caseLook(row);
  const title = row.category_name ?? t("no category");
  const box = element(`span${mayChoose ? `.cb${isChosen ? ".on" : ""}` : ""}`, mayChoose ? { title: t("Select {title}", { title }), click: (event) => (event.stopPropagation(), act.choose(event)) } : {}, mayChoose ? icon("check") : "");
  const line = element(`div.q.s-${look}`, { role: "option", id: `row-${row.number}`, "aria-selected": String(isOpen), "aria-checked": mayChoose ? String(isChosen) : null, "data-number": row.number, click: act.open },
    box, element("span.ci", icon(categoryIcon(row.category), "l")),
    element("div.grow", element("div.ti", element("span.clip", title), ...tags(row)), element("div.ad.clip", row.place || row.description || row.grid || "")),
    row.kind === "report" ? told(row) : clock(row, now), who(row));
  line.classList.toggle("on", isChosen);
  line.classList.toggle("gone", isGone);
  return line;
}

function tags(row) {
  return [
    row.near_border_m !== null && row.near_border_m !== undefined ? t("border {distance} m", { distance: Math.round(row.near_border_m) }) : null,
    row.waits_for === "urge" ? t("urged") : null,
    row.waits_for === "extension" ? t("asks for time") : null,
    row.returns ? t("returned {count}×", { count: row.returns }) : null,
  ].filter(Boolean).map((word) => element("span.tag", word));
}

function clock(row, now) {
  if (row.state === "suspended") return element("div.lf", stateWords("suspended").word);
  return element("div", element("div.lf", formatRest(new Date(row.due_at), now)), fuse(row, now));
}

const told = (row) => element("div", element("div.lf", stateWords(row.state).word), element("div.ad.right", since(new Date(row.received_at))));

/** The hour of what came today, the day of what has waited longer: the line has no room for both. */
const since = (at) => (cityTime.day(at) === cityTime.day(new Date(cityNow())) ? cityTime.hour(at) : cityTime.day(at));

function who(row) {
  const department = page.departments[row.next_owner] ?? row.department_name ?? page.departments[row.department] ?? row.department ?? "";
  const name = row.handler_name || row.handler || row.person || "";
  return element("div.pw", avatar(name || department, "xs"), element("span.clip", name || "—", element("small.clip", department)));
}
