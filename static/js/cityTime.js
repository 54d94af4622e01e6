import { page } from "./pageData.js";

const zone = page.city.timezone;
const locale = page.language === "zh" ? "zh-CN" : "en-GB";
const shown = (options) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
const parts = new Intl.DateTimeFormat("en-CA", {
  timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit",
});
const short = shown({ month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const long = shown({ year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = shown({ month: "short", day: "numeric" });
const month = shown({ year: "2-digit", month: "short" });
const hour = shown({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** Return `date` as the city's clocks show it: `2026-05-03T21:00`. */
function local(date) {
  const at = Object.fromEntries(parts.formatToParts(date).map((part) => [part.type, part.value]));
  return `${at.year}-${at.month}-${at.day}T${at.hour}:${at.minute}`;
}

/** Return the instant at which the city's clocks show `text`. */
function instant(text) {
  const asUtc = new Date(`${text}:00Z`);
  const offset = new Date(`${local(asUtc)}:00Z`) - asUtc;
  const guess = new Date(asUtc - offset);
  return new Date(guess - (new Date(`${local(guess)}:00Z`) - asUtc));
}

/** Times of the city, whatever the clock of this machine says. */
export const cityTime = {
  local,
  instant,
  short: (date) => short.format(date),
  long: (date) => long.format(date),
  day: (date) => day.format(date),
  month: (date) => month.format(date),
  hour: (date) => hour.format(date),
};
