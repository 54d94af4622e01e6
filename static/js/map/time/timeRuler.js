import { cityTime } from "../../cityTime.js";
import { drawn } from "../../drawn.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { moment } from "./moment.js";
import { rulerScale } from "./rulerScale.js";

const DAY_MS = 86_400_000;
const STEPS_MS = { ArrowLeft: -DAY_MS, ArrowRight: DAY_MS, PageDown: -30 * DAY_MS, PageUp: 30 * DAY_MS };
const CHARACTER_PX = 7;

/**
 * Keep the ruler at the foot of the map: each version a segment, now a red line, a handle for the instant looked at.
 * @param {object} state
 * @param {() => void} pick opens the choice of an instant
 */
export function timeRuler(state, pick) {
  const place = document.getElementById("ruler");
  const drawing = drawn("svg", { preserveAspectRatio: "none" });
  const button = element("button.btn.sm", { type: "button", click: pick }, icon("calendar"), element("span"));
  place.append(drawing, button);
  let scale = null;

  function show() {
    const versions = state.get("versions");
    place.hidden = !versions.length;
    if (place.hidden) return;
    const hadFocus = drawing.contains(document.activeElement);
    scale = rulerScale(versions, moment.now(), drawing.clientWidth || 600);
    drawing.replaceChildren(hatch(), ...scale.segments.flatMap((segment) => segmentShapes(segment, state)), ...nowShapes(scale), handle());
    button.lastChild.textContent = state.get("at") ? cityTime.short(moment.of(state.get("at"))) : t("Pick a time");
    if (hadFocus) drawing.querySelector("[role=slider]").focus();
  }

  function handle() {
    const at = moment.of(state.get("at"));
    const colour = state.get("at") ? "var(--past)" : "var(--select)";
    const made = drawn("g", {
      transform: `translate(${scale.x(at)} 22)`, role: "slider", tabindex: 0, "aria-label": t("Instant looked at"),
      "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.round(scale.part(at) * 100), "aria-valuetext": cityTime.long(at),
    }, drawn("path", { d: "M0-15V15", stroke: colour, "stroke-width": 2 }), drawn("circle", { r: 7, fill: colour, stroke: "var(--select-halo)", "stroke-width": 2 }));
    made.addEventListener("keydown", step);
    made.addEventListener("pointerdown", drag);
    return made;
  }

  function step(event) {
    const by = STEPS_MS[event.key];
    if (!by) return;
    event.preventDefault();
    look(new Date(moment.of(state.get("at")).getTime() + by), DAY_MS / 2);
  }

  function drag(event) {
    event.preventDefault();
    const follow = ({ clientX }) => {
      const x = clientX - drawing.getBoundingClientRect().left;
      drawing.querySelector("[role=slider]").setAttribute("transform", `translate(${scale.clamp(x)} 22)`);
    };
    const stop = (last) => {
      removeEventListener("pointermove", follow);
      look(scale.instant(last.clientX - drawing.getBoundingClientRect().left));
    };
    addEventListener("pointermove", follow);
    addEventListener("pointerup", stop, { once: true });
  }

  /** Look at an instant; within `snap` of now it is now. */
  function look(instant, snap = scale.nowWithinMs) {
    const isNow = Math.abs(instant - moment.now()) < snap;
    state.set({ at: isNow ? null : cityTime.local(instant), draft: null });
    show();
  }

  drawing.addEventListener("click", ({ target, clientX }) => target.closest("[role=slider]") ?? look(scale.instant(clientX - drawing.getBoundingClientRect().left)));
  state.on(["versions", "at", "tick", "version"], show);
  addEventListener("resize", show);
  new ResizeObserver(show).observe(place);
  return { focus: () => drawing.querySelector("[role=slider]")?.focus() };
}

function segmentShapes({ number, from, to, left, right, isScheduled }, state) {
  const isShown = state.get("version")?.version === number;
  const look = isScheduled ? ["url(#hatch-future)", "var(--future)"] : !isShown ? ["var(--surface-3)", "var(--line)"] : state.get("at") ? ["var(--past-soft)", "var(--past)"] : ["var(--brand-soft)", "var(--brand-line)"];
  const box = drawn("rect", { x: left + 1, y: 14, width: Math.max(right - left - 2, 3), height: 16, rx: 3, fill: look[0], stroke: look[1], "stroke-dasharray": isScheduled ? "3 2" : "none" });
  const title = t("Version {number}, from {from}", { number, from: cityTime.long(from) });
  box.append(drawn("title", {}, title));
  const when = isScheduled ? t("{day} in force", { day: cityTime.day(from) }) : cityTime.month(from);
  const name = `V${number}`;
  const words = [[name, 26, "v", right - left - 8], [when, 47, "", isScheduled ? Infinity : right - left]];
  return [box, ...words.filter(([text, , , room]) => text.length * CHARACTER_PX < room).map(([text, y, look]) => drawn("text", { ...(isScheduled && y === 47 ? { x: right, "text-anchor": "end" } : { x: left + (y === 26 ? 8 : 0) }), y, class: look }, text))];
}

function nowShapes({ x, now }) {
  return [
    drawn("path", { d: `M${x(now)} 8V36`, stroke: "var(--danger)", "stroke-width": 1.5 }),
    drawn("text", { x: x(now), y: 47, "text-anchor": "middle", class: "now" }, t("now")),
  ];
}

function hatch() {
  const line = drawn("path", { d: "M0 0V6", stroke: "var(--future)", "stroke-width": 1.5, opacity: 0.5 });
  return drawn("defs", {}, drawn("pattern", { id: "hatch-future", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, line));
}
