import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { carveTool } from "./carveTool.js";
import { commentTool } from "./commentTool.js";
import { lassoTool } from "./lassoTool.js";
import { lockTool } from "./lockTool.js";
import { mergeTool } from "./mergeTool.js";
import { moveTool } from "./moveTool.js";
import { splitTool } from "./splitTool.js";

/**
 * Keep the bar of drawing tools, and give what happens on the map to the one that is chosen.
 * @param {object} bench
 * @param {{balance: () => void}} actions
 */
export function createToolbox(bench, { balance }) {
  const { map, state } = bench;
  const tools = {
    move: moveTool(bench, "move"), node: moveTool(bench, "node"), split: splitTool(bench), merge: mergeTool(bench),
    lasso: lassoTool(bench), carve: carveTool(bench), lock: lockTool(bench), comment: commentTool(bench),
  };
  const bar = document.getElementById("tools");
  const buttons = TOOLS().map(([id, name, words, key]) => button(id, name, words, key));
  bar.append(...buttons.slice(0, 6), element("hr", { "aria-hidden": "true" }), ...buttons.slice(6), element("button", { type: "button", click: balance, id: "balance" }, icon("route"), element("span", t("Balance"))));
  map.doubleClickZoom.disable();

  function button(id, name, words, key) {
    return element("button", { type: "button", "data-tool": id, "aria-pressed": "false", title: key ? `${words} (${key})` : words, click: () => take(id) }, icon(name), element("span", key ? `${words} ${key}` : words));
  }

  const tool = () => (state.get("isDrawing") || tools[state.get("tool")].isFree ? tools[state.get("tool")] : null);

  function take(id) {
    tools[state.get("tool")].stop();
    const chosen = state.get("tool") === id ? "move" : id;
    state.set({ tool: chosen, compare: false, ...(KEEPS_BORDER.has(chosen) ? {} : { arc: null }) });
    for (const one of buttons) one.setAttribute("aria-pressed", String(one.dataset.tool === chosen));
    map.dragging[tools[chosen].isDragging?.() ? "disable" : "enable"]();
    document.getElementById("mapwrap").dataset.tool = chosen;
    tool()?.start();
    bench.say({});
  }

  const spotOf = ({ latlng }) => [latlng.lng, latlng.lat];
  map.on("click", (event) => tool()?.click(spotOf(event), event.originalEvent));
  map.on("mousemove", (event) => isOverMap(event) && tool()?.move(spotOf(event), event.originalEvent));
  map.on("mousedown", (event) => event.originalEvent.button === 0 && tool()?.press?.(spotOf(event)));
  map.on("mouseup", () => tool()?.release?.());
  map.on("mouseout", () => (bench.hover(null), bench.hoverGrid(null)));
  state.on(["arc", "landKey"], () => tool()?.changed());
  state.on("isDrawing", () => {
    enable();
    for (const one of Object.values(tools)) one.stop();
    bench.hover(null);
    tool()?.start();
  });
  enable();
  take("move");

  /** Far out there is nothing to draw on; a comment can be pinned from anywhere. */
  function enable() {
    for (const one of bar.querySelectorAll("button")) one.disabled = !state.get("isDrawing") && one.dataset.tool !== "comment";
  }

  return {
    take,
    hint: () => tool()?.hint() ?? "",
    finish: () => tool()?.finish?.(),
    clickMiddle: () => tool()?.click([map.getCenter().lng, map.getCenter().lat], {}),
    /** Step back inside the tool; return whether there was something to leave. */
    cancel: () => tool()?.cancel() || (state.get("tool") !== "move" ? (take("move"), true) : false),
  };
}

/** With these the chosen border stays chosen. */
const KEEPS_BORDER = new Set(["move", "node", "lock", "comment"]);

const isOverMap = ({ originalEvent }) => Boolean(originalEvent.target.closest?.(".folium-map"));

const TOOLS = () => [
  ["move", "arc", t("Move border"), "V"],
  ["node", "node", t("Vertices"), "N"],
  ["split", "split", t("Split"), "S"],
  ["merge", "merge", t("Merge"), "M"],
  ["lasso", "lasso", t("Lasso"), "L"],
  ["carve", "carve", t("Carve out"), "K"],
  ["lock", "lock", t("Lock")],
  ["comment", "msg", t("Comment")],
];
