import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { formatArea } from "../../formatArea.js";
import { formatNumber } from "../../formatNumber.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";

const SHOWN = 12;

/**
 * Keep what publishing would change for people and cases.
 * @param {HTMLElement} place
 * @param {object} state
 * @param {{show: () => void, replay: () => Promise<object>}} actions `show` draws what changes hands on the map
 */
export function impactPanel(place, state, { show: showMoved, replay }) {
  const body = element("div");
  const onMap = element("button.link", { type: "button", id: "moved", "aria-pressed": "false", click: showMoved }, t("Show on the map"));
  place.append(element("h3", t("Who changes hands"), element("span.end", onMap)), body);

  function show() {
    const impact = state.get("impact");
    onMap.hidden = !impact || isEmpty(impact);
    if (impact === false) return body.replaceChildren(element("p.faint", t("Not known: the server did not answer.")));
    if (!impact) return body.replaceChildren(element("span.skel"));
    return body.replaceChildren(...(isEmpty(impact) ? [element("p.faint", t("Nothing changes hands yet."))] : [figures(impact), people(impact), replayed(replay)].filter(Boolean)));
  }

  state.on("impact", show);
  show();
}

const isEmpty = ({ totals, created, dissolved, people: list }) => !totals?.area_m2 && !created.length && !dissolved.length && !list.length;

function figures({ totals, created, dissolved }) {
  const cells = [
    [totals?.area_m2, formatArea, t("change hands")], [totals?.households, formatNumber, t("households")], [totals?.open_cases, formatNumber, t("open cases")],
    [totals?.components, formatNumber, t("components")], [totals?.road_km, (km) => `${formatNumber(km)} km`, t("roads")],
    [[created.length, dissolved.length], ([made, gone]) => `${made} / ${gone}`, t("codes new / gone")],
  ];
  return element("dl.figures", ...cells.filter(([value]) => value !== undefined && value !== null).map(([value, words, term]) => element("div", element("dt", term), element("dd", words(value)))));
}

function people({ people: list }) {
  if (!list.length) return null;
  const head = [t("Person"), t("households"), t("open cases"), t("components")];
  const rows = list.slice(0, SHOWN).map((one) => element("tr", element("th", { scope: "row" }, one.name), ...["households", "open_cases", "components"].map((key) => element("td.r", signed(difference(one, key))))));
  return element("div.scrollx", element("table.table", element("thead", element("tr", ...head.map((words, i) => element(i ? "th.r" : "th", { scope: "col" }, words)))), element("tbody", ...rows)));
}

const difference = ({ before, after }, key) => (before?.[key] === null && after?.[key] === null ? null : (after?.[key] ?? 0) - (before?.[key] ?? 0));
const signed = (value) => (!Number.isFinite(value) ? "–" : value > 0 ? `+${formatNumber(value)}` : formatNumber(value).replace("-", "−"));

/** Past cases are routed through the draft when somebody asks: it takes some seconds in a large city. */
function replayed(replay) {
  const button = element("button.btn.sm", { type: "button", id: "replay", click: ask }, icon("clock", "s"), t("Replay past cases"));
  const place = element("div.replay", button);
  return place;

  async function ask() {
    button.disabled = true;
    try {
      const { cases, changed, begins, ends } = await replay();
      const span = { from: cityTime.day(new Date(begins)), to: cityTime.day(new Date(ends)) };
      place.replaceChildren(element("p.note", { role: "status" }, icon("clock"), element("span.grow", t("Of {all} cases from {from} to {to}, {count} would have gone to somebody else.", { all: formatNumber(cases), count: formatNumber(changed.any), ...span }))));
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      place.append(element("p.red", { role: "alert" }, problem.message));
      button.disabled = false;
    }
  }
}
