import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { formatRest } from "../../formatRest.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { caseLook } from "../../map/cases/caseLook.js";
import { stateBadge } from "../../map/cases/stateBadge.js";
import { stateWords } from "../../map/cases/stateWords.js";
import { page } from "../../pageData.js";
import { now } from "../now.js";
import { sourceWords } from "../sourceWords.js";
import { conditionWords } from "../steps/conditionWords.js";
import { limitWords } from "../steps/limitWords.js";
import { stepWords } from "../steps/stepWords.js";
import { candidateCard } from "./candidateCard.js";
import { historyList } from "./historyList.js";
import { partiesSection } from "./partiesSection.js";
import { photo, photoStrip } from "./photoStrip.js";

const DISPATCHED_BY = "dispatch";

/**
 * Keep the case that is open: what and where, who could have it and why, its history, and what may be done next.
 * @param {object} state open, found, candidates, alike, row
 * @param {{take: (action: string) => void, choose: (n: number) => void, compare: () => void, close: () => void}} act
 */
export function caseCard(state, act) {
  const place = document.getElementById("case");

  function show() {
    const found = state.get("found");
    if (!state.get("open")) return place.replaceChildren(element("div.empty", icon("dispatch"), element("p", t("Choose a line of the queue."))));
    if (!found) return place.replaceChildren(back(), element("div.scroll", element("div.sec", ...Array.from({ length: 6 }, () => element("p.skelline", element("span.skel"))))));
    const scroll = element("div.scroll", { tabindex: 0, "aria-label": t("Case") }, head(found), ...partiesSection(found.history, found.people), ...owners(found), ...alike(), history(found));
    return place.replaceChildren(back(), scroll, ...actions(found));
  }

  const back = () => element("div.head", element("button.btn.quiet", { type: "button", click: act.close }, icon("left"), t("Queue")));

  function head(found) {
    const { case: one, reports } = found;
    const told = reports[0];
    const row = state.get("row");
    const title = one?.category_name ?? row?.category_name ?? t("no category");
    const look = one ? caseLook(one) : told.state;
    const rest = one && one.state !== "suspended" && !one.closed_at ? element(`span.badge.s-${one.urgency === "normal" ? look : one.urgency}`, icon("clock"), formatRest(new Date(one.due_at), now())) : null;
    const photos = reports.flatMap((report) => report.photos ?? []);
    const stars = reports.map(({ rating }) => rating?.stars).filter(Boolean);
    return element("div.sec",
      element("div.row", element("span.code", found.number), element("span.grow"), rest, one ? stateBadge(one.state in { handled: 1 } ? "handled" : one.state) : stateBadge(told.state)),
      element("h2", title, " ", element("span.faint", [one?.category ?? told.category, conditionWords(one?.condition), limitWords(one?.limit)].filter(Boolean).join(" · "))),
      element("div.muted", [row?.place, told.description].filter(Boolean).join(" · ")),
      element("div.faint", [sourceWords(told.source), cityTime.short(new Date(told.received_at)), told.reporter, told.accuracy_m ? `±${Math.round(told.accuracy_m)} m` : "", reports.length > 1 ? t("{count} reports", { count: reports.length }) : ""].filter(Boolean).join(" · ")),
      photos.length === 1 ? photo(photos[0], cityTime.short(new Date(told.observed_at))) : photos.length ? photoStrip(photos) : null,
      one?.waits_for ? element("div.note.s-risk.waits", icon("bell"), one.waits_for === "urge" ? t("It was urged and waits for the reply.") : t("More time was asked for.")) : null,
      stars.length ? element("div.faint", t("Rated {stars} of 5 by the reporter.", { stars: stars.join(", ") })) : null);
  }

  function owners(found) {
    const known = state.get("candidates");
    if (found.case?.closed_at || !known) return [];
    const near = known.near_border ? element("span.end.tag", t("near a border: the accuracy spans two grids")) : null;
    const isOpen = !found.case || found.possible.some(({ action }) => action === DISPATCHED_BY);
    if (!known.candidates.length) return [element("div.sec", element("h3", icon("route"), t("Proposed owner")), element("div.note.s-risk", icon("alert"), t("The spot lies outside the city.")))];
    return [element("div.sec", element("h3", icon("route"), isOpen ? t("Proposed owner") : t("Who answers for the spot"), near),
      ...known.candidates.map((one, i) => candidateCard(one, i === 0, () => act.choose(one.n))),
      element("ul.reasons", ...[...named(found), ...reasons(known)].map((sentence) => element("li", icon("check", "s"), element("span", sentence)))))];
  }

  function named({ case: one }) {
    return one?.next_owner ? [t("The last return names {department} as the owner.", { department: page.departments[one.next_owner] ?? one.next_owner })] : [];
  }

  function alike() {
    const others = state.get("alike") ?? [];
    if (!others.length) return [];
    const [first] = others;
    return [element("div.sec", element("div.row", icon("dup"), element("span.grow", t("{count} alike near by, the nearest {distance} m away", { count: others.length, distance: Math.round(first.distance_m) })), element("button.link", { type: "button", click: act.compare }, t("side by side"), " ", element("kbd", "D"))))];
  }

  const history = (found) => element("div.sec", element("h3", t("History")), historyList(found.history.length ? found.history : [{ action: "reported", at: found.reports[0].received_at, recorded_at: found.reports[0].received_at, by: "", role: "", data: {}, reason: stateWords("reported").word }], found.people));

  function actions(found) {
    const steps = found.possible.filter(({ action }) => action !== "merge" || state.get("alike")?.length);
    if (!steps.length) return [];
    const main = best(steps);
    const others = steps.filter((step) => step !== main && step.action !== "recall");
    return [element("div.acts", main ? element("button.btn.primary.lg.block", { type: "button", id: "main-step", "data-step": main.action, click: () => act.take(main.action), disabled: Boolean(main.forbidden), title: main.forbidden }, element("span.clip", mainWords(main)), element("kbd", "↵")) : null,
      element("div.mini", ...others.map((step) => button(step))))];
  }

  function mainWords({ action }) {
    if (action !== DISPATCHED_BY) return stepWords(action).press();
    const first = state.get("candidates")?.candidates[0];
    const department = page.departments[nextOwner(state.get("found"))] ?? nextOwner(state.get("found"));
    return t("Dispatch to {person} · {department}", { person: first?.person?.name ?? t("nobody"), department });
  }

  function button({ action, forbidden }) {
    const { press, key } = stepWords(action);
    return element("button.btn.sm", { type: "button", "data-step": action, disabled: Boolean(forbidden), title: forbidden, click: () => act.take(action) }, press(), key ? element("kbd", key.toUpperCase()) : null);
  }

  state.on(["open", "found", "candidates", "alike"], show);
  show();
  return { main: () => best(state.get("found")?.possible.filter(({ forbidden }) => !forbidden) ?? []) };
}

/** The department that a case goes to next: the one its last return named, else the one it was filed for. */
export const nextOwner = ({ case: one }) => one.next_owner || one.department;

const MAIN = ["dispatch", "settle", "accept", "file", "verify", "refile", "approve_extension", "close", "check", "handle", "assign", "claim", "reply", "ask_verify", "resume", "urge"];

/** The step that the big button and Enter take: the one that carries the case on, of those that are not forbidden now. */
function best(steps) {
  const ordered = MAIN.map((action) => steps.find((step) => step.action === action)).filter(Boolean);
  return ordered.find(({ forbidden }) => !forbidden) ?? ordered[0];
}

/** The sentences that tell why the first candidate; what was merely looked at is left out. */
const reasons = ({ chain }) => chain.slice(0, 6);
