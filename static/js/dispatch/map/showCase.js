import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { drawn } from "../../drawn.js";
import { icons } from "../../icons.js";
import { categoryIcon } from "../categoryIcon.js";

const PANE = "spot";
const METRES_A_DEGREE = 111_320;

/**
 * Return what draws the open case: its pin, the grids of the candidates with their numbers, the border near by as a
 * band as wide as the tolerance, and the circle of the accuracy.
 * @param {L.Map} map
 * @param {(code: string) => Promise<object>} shapeOf
 * @param {(n: number) => void} choose
 */
export function showCase(map, shapeOf, choose) {
  const renderer = L.svg({ pane: PANE });
  const group = L.layerGroup().addTo(map);
  const legend = document.getElementById("maplegend");
  let asked = 0;

  function clear() {
    asked += 1;
    group.clearLayers();
    legend.hidden = true;
  }

  /** Drop the pin; what else is known comes with `surround`. */
  function drop({ lon, lat, category, accuracy_m: accuracy }) {
    clear();
    if (accuracy) L.circle([lat, lon], { radius: accuracy, pane: PANE, renderer, interactive: false, color: "var(--near)", weight: 1, fillColor: "var(--near)", fillOpacity: 0.25 }).addTo(group);
    L.marker([lat, lon], { pane: "pin", interactive: false, keyboard: false, icon: pin(category) }).addTo(group);
  }

  async function surround({ candidates, border, near_border: isNear }, { lat }) {
    const mine = asked;
    const shapes = await Promise.all(candidates.map(({ grid }) => shapeOf(grid.code).catch(() => null)));
    if (mine !== asked) return;
    shapes.forEach((shape, i) => shape && outline(shape, i === 0));
    if (border.line) band(border, lat);
    shapes.forEach((shape, i) => shape && candidates.length > 1 && flag(shape, candidates[i]));
    legend.hidden = !isNear;
    if (isNear) legend.replaceChildren(element("span", element("i"), t("border ±{metres} m", { metres: Math.round(border.tolerance_m) })), element("span", element("i.dot"), t("accuracy of the position")));
  }

  function outline(shape, isFirst) {
    const draw = (style) => L.geoJSON(shape, { pane: PANE, renderer, interactive: false, style: { lineJoin: "round", fill: false, ...style } }).addTo(group);
    if (isFirst) draw({ color: "var(--select-halo)", weight: 6, fill: true, fillColor: "var(--brand)", fillOpacity: 0.1 });
    draw(isFirst ? { color: "var(--select)", weight: 2.4 } : { color: "var(--near)", weight: 1, fill: true, fillColor: "var(--near)", fillOpacity: 0.12 });
  }

  function band({ line, tolerance_m: tolerance }, lat) {
    const pixels = (2 * tolerance) / ((METRES_A_DEGREE * 360 * Math.cos((lat * Math.PI) / 180)) / (256 * 2 ** map.getZoom()));
    const paths = line.map((part) => part.map(([x, y]) => [y, x]));
    const draw = (style) => L.polyline(paths, { pane: PANE, renderer, interactive: false, color: "var(--near)", ...style }).addTo(group);
    draw({ weight: Math.max(pixels, 6), opacity: 0.28, lineCap: "butt" });
    draw({ weight: 3.5 });
  }

  function flag(shape, one) {
    const middle = L.geoJSON(shape).getBounds().getCenter();
    const made = element(`button${one.n === 1 ? ".win" : ""}`, { type: "button", click: (event) => (event.stopPropagation(), choose(one.n)) },
      element("span.n", String(one.n)), element("b", one.person?.name ?? t("nobody")), element("small", `${t("open {count}", { count: one.load.open })}${one.load.ratio === null ? "" : ` · ${one.load.ratio.toFixed(2)}×`}`));
    L.marker(middle, { pane: "pin", keyboard: false, icon: L.divIcon({ html: made, className: "flag", iconSize: [0, 0] }) }).addTo(group);
  }

  return { drop, surround, clear };
}

function pin(category) {
  const drop = drawn("path", { d: "M0 0C-5-9-13-15-13-24a13 13 0 0 1 26 0C13-15 5-9 0 0z", fill: "var(--risk-solid)", stroke: "var(--select-halo)", "stroke-width": 2 });
  const mark = drawn("g", { transform: "translate(-8 -32) scale(.667)", fill: "none", stroke: "#fff", "stroke-width": 2, "stroke-linecap": "round", "stroke-linejoin": "round" }, drawn("path", { d: icons[categoryIcon(category)] ?? icons.doc }));
  const html = drawn("svg", { width: 32, height: 46, viewBox: "-16 -41 32 46", "aria-hidden": "true" }, drop, mark);
  return L.divIcon({ html, className: "pinicon", iconSize: [32, 46], iconAnchor: [16, 41] });
}
