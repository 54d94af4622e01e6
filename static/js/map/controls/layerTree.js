import { drawn } from "../../drawn.js";
import { element } from "../../element.js";
import { formatNumber } from "../../formatNumber.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";

const LINES = {
  city: [["var(--sub-band)", 10], ["var(--sub-line)", 3]],
  evaluated_area: [["var(--sub-band)", 10], ["var(--sub-line)", 3]],
  subdistrict: [["var(--sub-band)", 9], ["var(--sub-line)", 2.2, "8 2 2 2"]],
  community: [["var(--comm-line)", 1.6, "5 2"]],
  responsibility_grid: [["var(--grid-line)", 1.2]],
  unit_grid: [["var(--grid-line)", 0.6]],
  road: [["var(--map-road-main-case)", 5], ["var(--map-road-main)", 3]],
  river: [["var(--map-coast)", 6], ["var(--map-sea)", 4.5]],
  railway: [["var(--map-rail)", 3.4], ["var(--map-land)", 1.6, "4 4"]],
  nobodys_land: [["var(--disputed-solid)", 1.6, "4 3"]],
  administrative_district: [["var(--sub-line)", 1.5, "2 4"]],
  water: [["var(--map-coast)", 11], ["var(--map-sea)", 9]],
  component: [["var(--text-3)", 5, "0.1 6.5"]],
  point_of_interest: [["var(--map-label)", 7, "0.1 9"]],
};

/**
 * Keep the tree of layers: a box for each, its legend, and how many there are or why it is not in sight.
 * @param {HTMLElement} place
 * @param {object} state
 */
export function layerTree(place, state) {
  const list = element("ul.tree");
  place.append(element("h3", icon("layers"), t("Layers")), list);

  function show() {
    list.replaceChildren(...entries(state).map((entry) => row(entry, state)));
  }

  state.on(["levels", "layers", "cases", "audit", "hidden", "zoom"], show);
  show();
}

function entries(state) {
  const zoom = state.get("zoom");
  const levels = state.get("levels").map(({ id, title, count, zoom_min }) => ({ id, title, swatch: line(id), note: zoom < zoom_min ? t("zoom in") : formatNumber(count) }));
  const layers = state.get("layers").map(({ id, title, zoom_min }) => ({ id, title, swatch: line(id), note: zoom < zoom_min ? t("zoom in") : "" }));
  const cases = { id: "cases", title: t("Open cases"), swatch: icon("report"), note: formatNumber(state.get("cases").length) };
  const findings = { id: "findings", title: t("Audit findings"), swatch: icon("alert"), note: formatNumber(state.get("audit")?.numberMatched ?? 0) };
  return [...levels, ...layers, cases, findings];
}

function row({ id, title, swatch, note }, state) {
  const hidden = state.get("hidden");
  const box = element("input", { type: "checkbox", id: `layer-${id}`, checked: !hidden.has(id), change: () => toggle(id, state) });
  const label = element("label.grow", { for: `layer-${id}` }, swatch, element("span.clip", title));
  return element(hidden.has(id) ? "li.off" : "li", box, label, element("span.faint.num", note));
}

function toggle(id, state) {
  const hidden = new Set(state.get("hidden"));
  if (!hidden.delete(id)) hidden.add(id);
  state.set({ hidden });
  document.getElementById(`layer-${id}`).focus();
}

function line(id) {
  const strokes = LINES[id] ?? [["var(--line-control)", 1]];
  const paths = strokes.map(([stroke, width, dash = "none"]) => drawn("path", { d: "M0 6H18", stroke, "stroke-width": width, "stroke-dasharray": dash, "stroke-linecap": dash.startsWith("0.1") ? "round" : "butt", fill: "none" }));
  return drawn("svg", { class: "sw", viewBox: "0 0 18 12", "aria-hidden": "true" }, ...paths);
}
