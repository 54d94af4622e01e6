import { caseLook } from "../map/cases/caseLook.js";
import { caseMark } from "../map/cases/caseMark.js";
import { clusterMark } from "../map/cases/clusterMark.js";
import { gatherCases } from "./gatherCases.js";

const REACH_PX = 70;
const MARGIN_PX = 30;

/** Put the open cases on the picture, those that stand close as one ring; none under the words. */
export function markCases(map, cases) {
  const covers = [...document.querySelectorAll(".hero .float")].map((float) => float.getBoundingClientRect());
  const frame = map.getContainer().getBoundingClientRect();
  const near = cases.map((one) => ({ ...map.latLngToContainerPoint([one.lat, one.lon]), look: caseLook(one) })).filter(({ x, y }) => isInside(x, y, frame));
  for (const group of gatherCases(near, REACH_PX)) {
    if (covers.some((cover) => isUnder(group.x + frame.left, group.y + frame.top, cover))) continue;
    L.marker(map.containerPointToLatLng([group.x, group.y]), { icon: mark(group.cases), interactive: false, keyboard: false }).addTo(map);
  }
}

const isInside = (x, y, { width, height }) => x > MARGIN_PX && y > MARGIN_PX && x < width - MARGIN_PX && y < height - MARGIN_PX;

const isUnder = (x, y, { left, top, right, bottom }) => x > left - MARGIN_PX && x < right + MARGIN_PX && y > top - MARGIN_PX && y < bottom + MARGIN_PX;

function mark(cases) {
  const count = (look) => cases.filter((one) => one.look === look).length;
  const html = cases.length > 1 ? clusterMark({ count: cases.length, overdue: count("overdue"), risk: count("risk") }) : caseMark(cases[0].look);
  const side = Number(html.getAttribute("width"));
  return L.divIcon({ html, className: "caseicon", iconSize: [side, side] });
}
