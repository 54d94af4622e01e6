import { keys } from "../../keys.js";
import { keysDialog } from "../../shell/keysDialog.js";

const PAN_PX = 120;

/**
 * Let every action of the map be reached from the keyboard.
 * @param {L.Map} map
 * @param {object} actions
 */
export function mapKeys(map, actions) {
  const pan = (x, y) => map.panBy([x * PAN_PX, y * PAN_PX]);
  keys.listen({
    "/": actions.search,
    "?": () => keysDialog(),
    t: actions.pickTime,
    n: actions.backToNow,
    r: actions.report,
    f: actions.nextFinding,
    "g m": () => location.assign("/map"),
    "g p": () => location.assign("/plan"),
    "+": () => map.zoomIn(),
    "=": () => map.zoomIn(),
    "-": () => map.zoomOut(),
    Enter: actions.whoIsHere,
    Escape: actions.back,
    ArrowLeft: () => pan(-1, 0),
    ArrowRight: () => pan(1, 0),
    ArrowUp: () => pan(0, -1),
    ArrowDown: () => pan(0, 1),
  });
}
