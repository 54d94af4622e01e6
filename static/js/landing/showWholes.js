import { element } from "../element.js";
import { formatNumber } from "../formatNumber.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";

/**
 * Say whether land, people and duties are whole: the figure among the counts, and the line at the foot.
 * @param {object|null} audit what the server found; null where it could not say
 */
export function showWholes(audit) {
  showDefects(audit?.whole.land.count ?? null);
  const line = document.getElementById("state");
  line.replaceChildren(...(audit ? parts(audit.whole) : []));
}

function showDefects(count) {
  const figure = document.getElementById("defects");
  if (!figure) return;
  figure.textContent = count === null ? "–" : formatNumber(count);
  figure.className = count === null ? "" : count ? "red" : "green";
}

function parts({ land, people, duties }) {
  const whole = [land, people, duties].filter(({ ok, is_judged: isJudged }) => ok && isJudged).map(({ title }) => t("{name} whole", { name: title }));
  const found = [[land, "red", "alert"], [people, "amber", "people"], [duties, "amber", "scales"]].filter(([{ ok }]) => !ok);
  return [
    whole.length ? element("span.green", icon("ok"), whole.join(" · ")) : null,
    ...found.map(([{ title, text }, colour, drawing]) => element(`span.${colour}`, icon(drawing), t("{name}: {text}", { name: title, text }))),
  ].filter(Boolean);
}
