import { element } from "../../element.js";
import { t } from "../../i18n.js";

const LIMITS = [0.55, 0.75, 0.9, 1.1, 1.3, 1.6];

/** Return what the colours of the maps that are compared mean: load against the mean. */
export function loadLegend() {
  const steps = Array.from({ length: LIMITS.length + 1 }, (_, step) => {
    const made = element("i");
    made.style.background = `var(--div-${step + 1})`;
    return made;
  });
  const words = [...LIMITS.map((limit) => `<${limit}`), `${LIMITS.at(-1)}+`];
  return element("div.float.legend", element("div.med", t("Load against the mean")), element("div.ramp", { "aria-hidden": "true" }, ...steps), element("div.rampl", ...words.map((word) => element("span", word))));
}
