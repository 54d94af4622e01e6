import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";

const STEP = 0.05;

/**
 * Keep the slider between two maps, the older left, the newer right: both panes are cut at it.
 * @param {L.Map} map
 * @param {object} state `compare` shows it, `cut` is where it stands, 0 to 1
 * @param {{before: () => HTMLElement, after: () => HTMLElement, labels: () => HTMLElement[], words: () => {before: string, after: string}, legend: HTMLElement|null}} parts
 */
export function compareSlider(map, state, { before, after, labels, words, legend }) {
  const place = document.getElementById("compare");
  const grip = element("div.grip", { role: "slider", tabindex: 0, "aria-label": t("Before and after"), "aria-valuemin": 0, "aria-valuemax": 100, keydown: press, pointerdown: grab }, icon("compare"));
  const line = element("div.divide", grip);
  const [left, right] = [element("span.lab.before"), element("span.lab.after")];
  place.append(left, right, line, ...(legend ? [legend] : []));

  function show() {
    place.hidden = !state.get("compare");
    if (!state.get("compare")) return unclip();
    const said = words();
    left.textContent = said.before;
    right.textContent = said.after;
    move();
  }

  function move() {
    if (!state.get("compare")) return;
    const cut = state.get("cut");
    const { x: width, y: height } = map.getSize();
    const x = Math.round(width * cut);
    line.style.left = left.style.right = "";
    line.style.left = `${x}px`;
    left.style.right = `${width - x + 14}px`;
    right.style.left = `${x + 14}px`;
    grip.setAttribute("aria-valuenow", String(Math.round(cut * 100)));
    const from = map.containerPointToLayerPoint([0, 0]);
    clip(before(), from.x, from.y, from.x + x, from.y + height);
    clip(after(), from.x + x, from.y, from.x + width, from.y + height);
    labels().forEach((canvas, side) => clipLabels(map, canvas, x, side));
  }

  function unclip() {
    for (const pane of [before(), after(), ...labels()]) if (pane) pane.style.clipPath = "";
  }

  function press(event) {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    state.set({ cut: Math.max(0, Math.min(1, state.get("cut") + step)) });
  }

  function grab(event) {
    event.preventDefault();
    grip.focus();
    grip.setPointerCapture(event.pointerId);
    const follow = ({ clientX }) => {
      const box = map.getContainer().getBoundingClientRect();
      state.set({ cut: Math.max(0, Math.min(1, (clientX - box.left) / box.width)) });
    };
    grip.addEventListener("pointermove", follow);
    grip.addEventListener("pointerup", () => grip.removeEventListener("pointermove", follow), { once: true });
  }

  state.on(["compare", "sheet"], show);
  state.on("cut", move);
  map.on("move moveend zoomend resize", move);
  show();
}

/** Leave of a canvas of names what lies left (side 0) or right (side 1) of x, in pixels of the map. */
function clipLabels(map, canvas, x, side) {
  if (!canvas) return;
  const at = x - map.layerPointToContainerPoint(L.DomUtil.getPosition(canvas) ?? L.point(0, 0)).x;
  canvas.style.clipPath = side ? `inset(0 0 0 ${at}px)` : `inset(0 calc(100% - ${at}px) 0 0)`;
}

function clip(pane, left, top, right, bottom) {
  if (pane) pane.style.clipPath = `polygon(${left}px ${top}px, ${right}px ${top}px, ${right}px ${bottom}px, ${left}px ${bottom}px)`;
}
