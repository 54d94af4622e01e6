import { element } from "../../element.js";
import { placeSection } from "./placeSection.js";

const LINES = [[70, 45, 92], [60, 92], [92, 84, 88, 80], [76, 64], [92, 70, 84, 78, 66]];

/** Lines of about the final height while the answer is on its way. */
export function skeleton(spot, actions) {
  const [first, ...rest] = LINES.map((widths) => widths.map(line));
  const place = placeSection({ spot }, { get: () => null }, actions);
  place.append(...first);
  return Object.assign([place, ...rest.map((lines) => element("div.sec", ...lines))], { isSkeleton: true });
}

function line(width) {
  const made = element("span.skel.skelline");
  made.style.width = `${width}%`;
  return made;
}
