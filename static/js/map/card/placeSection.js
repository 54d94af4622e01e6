import { cityTime } from "../../cityTime.js";
import { drawn } from "../../drawn.js";
import { element } from "../../element.js";
import { formatDistance } from "../../formatDistance.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { page } from "../../pageData.js";
import { toast } from "../../toast.js";
import { labelText } from "../labels/labelText.js";

const POSITION_ERROR_M = 15;

/** Where the spot is: grid, code, position, and how far the nearest border is. */
export function placeSection({ spot, decision, place }, state, actions) {
  return element("div.sec", head(spot, state, actions), ...(decision ? (decision.outside ? outside(spot, decision, actions) : inside(spot, decision, place)) : []));
}

function head(spot, state, actions) {
  const at = state.get("at");
  const when = at ? ` · ${cityTime.short(cityTime.instant(at))}` : "";
  return element("div.row.cardhead",
    element("span.faint", t("Who answers here") + when), element("span.grow"),
    element("button.btn.icon.sm.quiet", { type: "button", title: t("Copy position"), "aria-label": t("Copy position"), click: () => copy(spot) }, icon("copy")),
    element("button.btn.icon.sm.quiet", { type: "button", title: t("Close"), "aria-label": t("Close"), click: actions.close }, icon("x")),
  );
}

async function copy(spot) {
  try {
    await navigator.clipboard.writeText(position(spot));
    toast(t("Copied: {position}", { position: position(spot) }), { name: "copy" });
  } catch {
    toast(t("This browser does not let a page copy: {position}", { position: position(spot) }), { name: "alert" });
  }
}

const position = ({ lon, lat }) => `${lon.toFixed(5)}, ${lat.toFixed(5)}`;
const code = (text, spot) => element("div.code.cardcode", text, element("span.faint", `${position(spot)} · WGS 84`));

function inside(spot, decision, place) {
  return [element("h2", title(decision.grid, place)), code(decision.grid.code, spot), ...lands(decision), border(decision)];
}

/** Subdistrict, community, and the grid's number where its name only repeats them. */
function title(grid, place) {
  const name = place[grid.level] ?? grid.name;
  const above = ["subdistrict", "community"].map((level) => place[level]).filter((one) => one && one !== name);
  const number = labelText(grid.level, grid);
  const repeats = page.language === "en" || above.some((one) => name.startsWith(one.replace(/(社区|村|居委会|村委会)$/, "")));
  return [...above, repeats && /^\d+$/.test(number) ? t("Grid {number}", { number }) : name].join("\u00a0· ");
}

function lands({ lands: found }) {
  return found.map((land) => element("div.note.s-disputed", icon("flag"), element("span", t("{name}: registered owner {owner}", { name: land.name, owner: land.organisation ?? land.department }))));
}

function border({ border_distance_m: metres, near_border: isNear, neighbours }) {
  if (metres === null) return null;
  const across = neighbours[0] ? element("span.faint", t("Across it: {name}", { name: neighbours[0].name })) : null;
  const words = isNear
    ? t("{distance} from the border, within the {error} m position error: ask where exactly", { error: POSITION_ERROR_M })
    : t("{distance} from the border, beyond the {error} m position error: the owner is clear", { error: POSITION_ERROR_M });
  const [before, after] = words.split("{distance}");
  return element("div.border", sketch(), element("span", before, element("b.amber", formatDistance(metres)), after, across && element("br"), across));
}

/** A spot, its position error, and a border beside it. */
function sketch() {
  return drawn("svg", { width: 62, height: 34, viewBox: "0 0 62 34", "aria-hidden": "true" },
    drawn("rect", { width: 62, height: 34, rx: 4, fill: "var(--surface)" }),
    drawn("path", { d: "M44 0C39 10 48 22 43 34", fill: "none", stroke: "var(--near)", "stroke-width": 2.5 }),
    drawn("circle", { cx: 24, cy: 17, r: 9, fill: "var(--near)", opacity: 0.2 }),
    drawn("circle", { cx: 24, cy: 17, r: 3.5, fill: "var(--select)" }),
    drawn("path", { d: "M27.5 17H43", stroke: "var(--near)", "stroke-dasharray": "2 2", "stroke-width": 1.5 }),
  );
}

function outside(spot, { nearest }, actions) {
  const parts = [element("h2", t("Outside the city")), code("", spot)];
  if (!nearest) return parts;
  const go = element("button.btn", { type: "button", click: () => actions.goToGrid(nearest.code) }, icon("locate"), t("Show {name}", { name: nearest.name }));
  return [...parts, element("p.muted.cardnote", t("Nobody answers here. The nearest grid is {name}, {distance} away.", { name: nearest.name, distance: formatDistance(nearest.distance_m) })), go];
}
