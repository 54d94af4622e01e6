import { api } from "../../api.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { moment } from "../moment.js";
import { departmentsSection } from "./departmentsSection.js";
import { footer } from "./footer.js";
import { gridCasesSection } from "./gridCasesSection.js";
import { personSection } from "./personSection.js";
import { placeSection } from "./placeSection.js";
import { skeleton } from "./skeleton.js";
import { sorry } from "./sorry.js";
import { traceSection } from "./traceSection.js";

/**
 * Keep the card that says who answers for the chosen spot.
 *
 * Answer first, reasons under it: place, border, person with duty and phone,
 * departments of the street, open cases, and why.
 * @param {object} state
 * @param {object} actions `close`, `report`, `pickTime`, `goTo`, `drawGrid`
 */
export function ownerCard(state, actions) {
  const card = document.getElementById("owner");
  let asked = null;

  async function load() {
    const spot = state.get("spot");
    asked?.abort();
    card.hidden = !spot;
    if (!spot) return;
    asked = new AbortController();
    fill(skeleton(spot, actions));
    if (!state.get("categories").size) return;
    try {
      fill(await answers(spot, state, asked.signal, actions));
    } catch (problem) {
      if (problem.name !== "AbortError") fill([placeSection({ spot }, state, actions), sorry(problem, load)]);
    }
  }

  function fill(parts) {
    const scroll = element("div.scroll", { tabindex: 0, "aria-label": t("Who answers here") }, ...parts);
    card.replaceChildren(element("div.grab"), scroll, footer(state, actions));
    card.setAttribute("aria-busy", String(parts.isSkeleton === true));
  }

  state.on(["spot", "at", "draft", "category", "categories"], load);
}

async function answers(spot, state, signal, actions) {
  const when = { at: state.get("at"), draft: state.get("draft") };
  const here = { lon: spot.lon, lat: spot.lat, ...when };
  const options = { signal };
  const [decision, owners] = await Promise.all([api.where({ ...here, category: state.get("category") }, options), api.owners(here, options)]);
  if (decision.outside) return [placeSection({ spot, decision }, state, actions)];
  const known = { spot, decision, place: owners.place, street: owners.street, at: moment.of(state.get("at")) };
  api.grid(decision.grid.code, state.get("version"), options).then(({ geometry }) => actions.drawGrid(geometry, spot), () => {});
  return [
    placeSection(known, state, actions),
    personSection(known, state),
    departmentsSection(known, state, actions),
    gridCasesSection(known, state, actions),
    traceSection(known, state),
  ];
}
