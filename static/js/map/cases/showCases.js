import { t } from "../../i18n.js";
import { caseLook } from "./caseLook.js";
import { caseMark } from "./caseMark.js";
import { clusterMark } from "./clusterMark.js";
import { stateWords } from "./stateWords.js";

/**
 * Keep the open cases on the map, those that stand close as one ring.
 * @param {L.MarkerClusterGroup} group folium's own
 * @param {object} state
 * @param {(one: object) => void} open called with the case that was chosen
 */
export function showCases(group, state, open) {
  group.options.iconCreateFunction = clusterIcon;

  function refresh() {
    group.clearLayers();
    if (state.get("hidden").has("cases")) return;
    group.addLayers(state.get("cases").map((one) => marker(one, state.get("categories"), open)));
  }

  state.on(["cases", "categories", "hidden"], refresh);
}

function marker(one, categories, open) {
  const look = caseLook(one);
  const title = `${categories.get(one.category)?.title ?? one.category} · ${stateWords(look).word}`;
  const icon = L.divIcon({ html: caseMark(look), className: "caseicon", iconSize: [28, 28] });
  const made = L.marker([one.lat, one.lon], { icon, title, alt: title, look });
  return made.on("click", () => open(one));
}

function clusterIcon(cluster) {
  const looks = cluster.getAllChildMarkers().map((child) => child.options.look);
  const count = (look) => looks.filter((one) => one === look).length;
  const mark = clusterMark({ count: looks.length, overdue: count("overdue"), risk: count("risk") });
  mark.setAttribute("role", "img");
  mark.removeAttribute("aria-hidden");
  mark.setAttribute("aria-label", t("{count} cases, {overdue} overdue", { count: looks.length, overdue: count("overdue") }));
  const side = Number(mark.getAttribute("width"));
  return L.divIcon({ html: mark, className: "caseicon", iconSize: [side, side] });
}
