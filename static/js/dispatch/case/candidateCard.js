import { element } from "../../element.js";
import { formatDistance } from "../../formatDistance.js";
import { t } from "../../i18n.js";
import { page } from "../../pageData.js";
import { avatar } from "../avatar.js";

const named = (one) => (page.language === "en" && one.name_en) || one.name;

/**
 * Return the card of one who could have the case; pressing it, or its number, chooses him.
 * @param {object} one a candidate
 * @param {boolean} isFirst
 * @param {() => void} choose
 */
export function candidateCard(one, isFirst, choose) {
  const person = one.person?.name ?? t("nobody");
  const side = one.distance_m === null || one.distance_m === undefined ? "" : one.kind === "neighbour" ? t("{distance} across the border", { distance: formatDistance(one.distance_m) }) : t("{distance} inside", { distance: formatDistance(one.distance_m) });
  const duty = one.person ? (one.person.on_duty ? t("on duty") : t("off duty")) : "";
  return element(`button.cand${isFirst ? ".win" : ""}`, { type: "button", click: choose, title: t("Dispatch to {person}", { person }) },
    element("kbd", String(one.n)), avatar(person, one.person?.on_duty ? "duty" : ""),
    element("div.grow", element("div.clip", element("b", person), " ", element("span.muted", one.department ? named(one.department) : "")), element("div.faint.clip", [named(one.grid), side, duty].filter(Boolean).join(" · "))),
    element("div", element("div.ld", element("span.faint", t("open {count}", { count: one.load.open })), element(`span.${one.load.is_too_much ? "red" : "faint"}`, one.load.ratio === null ? "" : `${one.load.ratio.toFixed(2)}×`)), loadbar(one.load)));
}

/** Return a load as a bar: twice the mean fills it, the tick is the mean. */
export function loadbar({ ratio, is_too_much: isTooMuch }) {
  const bar = element(isTooMuch ? "i.hi" : "i");
  bar.style.width = `${Math.min((ratio ?? 0) * 50, 100)}%`;
  const mean = element("u");
  mean.style.left = "50%";
  return element("div.loadbar", { "aria-hidden": "true" }, bar, mean);
}
