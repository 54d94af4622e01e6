import { element } from "../../element.js";
import { formatNumber } from "../../formatNumber.js";
import { t } from "../../i18n.js";

const STEPS = 7;
const RAMP = { sequential: "seq", diverging: "div" };

/**
 * Keep the choice of what colours the grids, with its ramp and the limits between its classes.
 * @param {HTMLElement} place
 * @param {object} state
 */
export function measureSection(place, state) {
  const choice = element("select.chip.on", { id: "measure", change: () => state.set({ measureId: choice.value }) });
  const legend = element("div.legend");
  place.append(element("h3", element("label", { for: "measure" }, t("Grids by")), element("span.end", choice)), legend);

  function list() {
    const options = [...state.get("measures"), { id: "", title: t("no colour") }];
    choice.replaceChildren(...options.map(({ id, title }) => element("option", { value: id, selected: id === state.get("measureId") }, title)));
  }

  function show() {
    legend.replaceChildren(...(state.get("measure") ? ramp(state.get("measure")) : []));
  }

  state.on("measures", list);
  state.on("measure", show);
  list();
}

function ramp({ kind, breaks, unit, title }) {
  const classes = Math.min(breaks.length + 1, STEPS);
  const steps = Array.from({ length: classes }, (_, step) => swatch(`--${RAMP[kind]}-${step + 1}`));
  const words = kind === "diverging" ? meanLabels(breaks) : countLabels(breaks);
  const label = `${title}, ${unit}: ${words.join("; ")}`;
  return [element("div.ramp", { role: "img", "aria-label": label }, ...steps), element("div.rampl", { "aria-hidden": "true" }, ...words.map((word) => element("span", word))), element("div.unit.faint", unit)];
}

function swatch(token) {
  const step = element("i");
  step.style.background = `var(${token})`;
  return step;
}

/** "0, 1–2, 3–4, 17+" for whole numbers; the lower limits for others. */
function countLabels(breaks) {
  if (!breaks.length) return ["0"];
  const whole = breaks.every(Number.isInteger);
  const low = [0, ...breaks];
  return low.map((from, step) => {
    if (step === low.length - 1 && step > 0) return `${formatNumber(from)}+`;
    const to = whole ? low[step + 1] - 1 : low[step + 1];
    return whole ? (from === to ? formatNumber(from) : `${formatNumber(from)}–${formatNumber(to)}`) : `<${formatNumber(to)}`;
  });
}

function meanLabels(breaks) {
  return [...breaks.map((limit) => `<${formatNumber(limit)}`), `${formatNumber(breaks.at(-1))}+`];
}
