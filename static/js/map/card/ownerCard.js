import { api } from "../../api.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { moment } from "../time/moment.js";
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
  let known = null;

  async function load() {
    const spot = state.get("spot");
    asked?.abort();
    known = null;
    card.hidden = !spot;
    if (!spot) return;
    const { signal } = (asked = new AbortController());
    fill(skeleton(spot, actions));
    if (!state.get("hasCatalogue")) return;
    const [found, problem] = await answers(spot, state, signal).then((answer) => [answer, null], (failed) => [null, failed]);
    if (signal.aborted) return;
    if (problem && !("status" in problem)) throw problem;
    if (problem) return fill([placeSection({ spot }, state, actions), sorry(problem, load)]);
    known = found;
    show();
    outline(known, state, signal, actions);
  }

  function show() {
    if (known) fill(sections(known, state, actions));
  }

  function fill(parts) {
    const scroll = element("div.scroll", { tabindex: 0, "aria-label": t("Who answers here") }, ...parts);
    card.replaceChildren(element("div.grab"), scroll, footer(state, actions));
    card.setAttribute("aria-busy", String(parts.isSkeleton === true));
  }

  state.on(["spot", "at", "draft", "category", "hasCatalogue"], load);
  state.on("cases", show);
}

/** Ask who answers at the spot, and who owns what there; the shifts of its day come after, or none. */
async function answers(spot, state, signal) {
  const here = { lon: spot.lon, lat: spot.lat, at: state.get("at"), draft: state.get("draft") };
  const [decision, owners] = await Promise.all([api.where({ ...here, category: state.get("category") }, { signal }), api.owners(here, { signal })]);
  const shifts = decision.person && api.duty(decision.grid.code, decision.at, { signal }).then((found) => found.shifts, () => []);
  return { spot, decision, shifts, place: owners.place, street: owners.street, at: moment.of(state.get("at")) };
}

/** Draw the grid once its shape has come; the answer stands without it. */
async function outline({ spot, decision }, state, signal, actions) {
  if (decision.outside) return;
  const shape = await api.grid(decision.grid.code, state.get("version"), { signal }).catch(() => null);
  if (shape && !signal.aborted) actions.drawGrid(shape.geometry, spot);
}

function sections(known, state, actions) {
  const place = placeSection(known, state, actions);
  if (known.decision.outside) return [place];
  return [
    place,
    personSection(known, state),
    departmentsSection(known, state, actions),
    gridCasesSection(known, state, actions),
    traceSection(known, state),
  ];
}
