import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";

const DAY_MINUTES = 1440;
const NAMED_FROM = 180;

/**
 * Return the day of a grid: who is on duty when, the one who is now in colour, a line at the instant.
 *
 * It stands empty until the shifts have come, and goes where there are none.
 * @param {Promise<object[]>} shifts
 * @param {Date} at
 */
export function dutyBar(shifts, at) {
  const bar = element("div.duty24", { role: "img", "aria-label": t("Duty roster of the day") });
  shifts.then((known) => fill(bar, known, minuteOf(at)));
  return bar;
}

function minuteOf(at) {
  const [hours, minutes] = cityTime.local(at).slice(11).split(":").map(Number);
  return hours * 60 + minutes;
}

function fill(bar, shifts, now) {
  if (!shifts.length) return bar.remove();
  const line = element("u");
  line.style.left = `${(now / DAY_MINUTES) * 100}%`;
  bar.replaceChildren(...shifts.map((shift) => part(shift, now)), line);
  bar.setAttribute("aria-label", shifts.map(said).join("; "));
}

function part({ starts_minute: from, ends_minute: to, name }, now) {
  const isNow = from <= now && now < to;
  const made = element(isNow ? "i.on" : "i", { title: said({ starts_minute: from, ends_minute: to, name }) }, to - from < NAMED_FROM ? "" : `${Math.floor(from / 60)} ${name ?? t("nobody")}`);
  made.style.flex = `${to - from} 1 0`;
  if (!name) made.classList.add("nobody");
  return made;
}

const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
const said = ({ starts_minute: from, ends_minute: to, name }) => `${clock(from)}–${clock(to)} ${name ?? t("nobody")}`;
