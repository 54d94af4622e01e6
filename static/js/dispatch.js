import { api } from "./api.js";
import { createState } from "./createState.js";
import { bulkBar } from "./dispatch/bulkBar.js";
import { caseCard, nextOwner } from "./dispatch/case/caseCard.js";
import { compareDialog } from "./dispatch/compareDialog.js";
import { createDesk } from "./dispatch/createDesk.js";
import { deskKeyRows, deskKeys } from "./dispatch/deskKeys.js";
import { handoverDialog } from "./dispatch/handoverDialog.js";
import { keyLine } from "./dispatch/keyLine.js";
import { createGround } from "./dispatch/map/createGround.js";
import { lasso } from "./dispatch/map/lasso.js";
import { showCase } from "./dispatch/map/showCase.js";
import { showRows } from "./dispatch/map/showRows.js";
import { presenceBar } from "./dispatch/presenceBar.js";
import { narrowedBar } from "./dispatch/queue/narrowedBar.js";
import { queueList } from "./dispatch/queue/queueList.js";
import { tabsBar } from "./dispatch/queue/tabsBar.js";
import { moveDialog } from "./dispatch/steps/moveDialog.js";
import { stepDialog } from "./dispatch/steps/stepDialog.js";
import { stepWords } from "./dispatch/steps/stepWords.js";
import { tabs } from "./dispatch/tabs.js";
import { undoToast } from "./dispatch/undoToast.js";
import { element } from "./element.js";
import { icon } from "./icon.js";
import { t } from "./i18n.js";
import { goToHit } from "./map/goToHit.js";
import { page } from "./pageData.js";
import { searchBox } from "./shell/searchBox.js";
import { startShell } from "./shell/startShell.js";
import { toast } from "./toast.js";

const CASE_ZOOM = 17;
const EDGE_PX = 90;
const MAY_DISPATCH = page.may.includes("dispatch_case");

const { map } = L.gridmgr;
const state = createState({
  tab: tabs[0].id, query: {}, rows: [], groups: new Map(), next: null, hasMore: false, isLoading: true, problem: "", counts: {}, filters: [], categories: [],
  open: null, row: null, found: null, candidates: null, alike: null, chosen: new Map(), gone: new Set(), arrived: 0, present: [], shift: null, isLive: true, conflict: null, areaName: "",
});
const wrap = document.getElementById("desk");
const ground = createGround(map);
const desk = createDesk(state);
let undo = null;
let giveUp = () => {};

startShell(ground.repaint, deskKeyRows);
const shapes = new Map();
const shapeOf = (code) => shapes.get(code) ?? shapes.set(code, api.grid(code, ground.version).then(({ geometry, shape }) => geometry ?? shape)).get(code);
const drawn = showCase(map, shapeOf, choose);
const list = queueList(state, { open: openRow, choose: select, more: desk.more, mayChoose: () => MAY_DISPATCH && state.get("tab") === "dispatch" });
const card = caseCard(state, { take, choose, compare, close: () => wrap.classList.remove("open") });
const rope = lasso(map, (polygon) => told(async () => pick(await api.desk.select(polygon, state.get("tab")))));
showRows(map, state, openRow);
tabsBar(state, (tab) => (state.set({ tab }), desk.load()), list.focus);
narrowedBar(state, (query) => (state.set({ query }), desk.load()));
bulkBar(state, { dispatch: dispatchChosen, clear: () => state.set({ chosen: new Map() }) });
presenceBar(state);
keyLine(state);
const search = searchBox(() => ground.version, found);
deskKeys({
  move, confirm, choose, select: () => state.get("row") && select(state.get("row")), dispatchChosen, undo: takeBack, compare, first, search: search.focus,
  lasso: () => (rope.isOn() ? rope.end() : rope.begin()), reload: () => desk.load({ keep: true }), tab: (by) => turn(by),
  back: () => (giveUp(), rope.isOn() ? rope.end() : state.get("chosen").size ? state.set({ chosen: new Map() }) : wrap.classList.remove("open")),
});
tools();

state.on(["row"], ({ row }) => (row ? look(row) : drawn.clear()));
state.on("candidates", ({ candidates, row }) => candidates && row && drawn.surround(candidates, row));
state.on("arrived", ({ arrived }) => {
  const button = document.getElementById("arrived");
  button.hidden = !arrived;
  button.textContent = arrived ? t("{count} new", { count: arrived }) : "";
});
state.on("conflict", ({ conflict }) => conflict && warn(t("{name} has just taken the step “{step}” on this one.", { name: state.get("found").people[conflict.last.by] ?? conflict.last.by, step: stepWords(conflict.last.action).said() })));
document.getElementById("arrived").addEventListener("click", () => desk.load({ keep: true }));
const handover = document.getElementById("handover");
handover.hidden = !page.may.includes("hand_over_shift");
handover.addEventListener("click", () => told(() => handoverDialog(openNumber)));

if (page.bounds) map.fitBounds(toLatLngs(page.account?.area?.bounds ?? page.bounds), { animate: false });
begin();

async function begin() {
  api.categories().then((categories) => state.set({ categories }), () => {});
  await Promise.all([desk.overview(), desk.load()]);
  await openAsked();
  addEventListener("hashchange", openAsked);
  desk.live();
}

/** Open the case or report that the address names; a link to one may be followed while the desk is open. */
async function openAsked() {
  const asked = new URLSearchParams(location.hash.slice(1)).get("case");
  if (asked) await openNumber(asked);
}

function toLatLngs([west, south, east, north]) {
  return [[south, west], [north, east]];
}

/** Show a row on the map: the view moves only where the point is not in sight. */
function look(row) {
  drawn.drop(row);
  if (!document.getElementById("follow").checked) return;
  const at = L.latLng(row.lat, row.lon);
  const inner = map.getSize().subtract([2 * EDGE_PX, 2 * EDGE_PX]);
  const point = map.latLngToContainerPoint(at).subtract([EDGE_PX, EDGE_PX]);
  const isSeen = point.x > 0 && point.y > 0 && point.x < inner.x && point.y < inner.y;
  if (map.getZoom() < CASE_ZOOM - 1) map.setView(at, CASE_ZOOM, { animate: false });
  else if (!isSeen) map.panTo(at, { duration: 0.2 });
}

function openRow(row) {
  if (row.number !== state.get("open")) giveUp();
  wrap.classList.add("open");
  map.invalidateSize({ animate: false });
  return desk.show(row).then(() => list.reveal(row.number));
}

async function openNumber(number) {
  const here = state.get("rows").find((row) => row.number === number);
  if (here) return openRow(here);
  const kind = number.startsWith("R") ? "report" : "case";
  const one = await desk.trying(() => api.desk.one(kind, number));
  if (!one) return null;
  const [told] = one.reports;
  return openRow({ ...told, ...(one.case ?? {}), kind, number, group: "rest", place: "" });
}

function move(by, isExtending) {
  const rows = state.get("rows");
  const at = rows.findIndex(({ number }) => number === state.get("open"));
  const row = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  if (!row || row.number === state.get("open")) return;
  if (isExtending && at >= 0) pick([rows[at], row]);
  openRow(row);
}

/** Go to the row after the open one that is still to be done. */
function goOn(number) {
  const rows = state.get("rows");
  const at = rows.findIndex((row) => row.number === number);
  const rest = [...rows.slice(at + 1), ...rows.slice(0, at)].find((row) => !state.get("gone").has(row.number) && row.number !== number);
  return rest ? openRow(rest) : desk.load({ keep: true });
}

function turn(by) {
  const at = tabs.findIndex(({ id }) => id === state.get("tab"));
  state.set({ tab: tabs[(at + by + tabs.length) % tabs.length].id });
  desk.load();
}

function select(row) {
  if (!MAY_DISPATCH || state.get("tab") !== "dispatch") return;
  const chosen = new Map(state.get("chosen"));
  if (!chosen.delete(row.number)) chosen.set(row.number, row.event);
  state.set({ chosen });
}

const pick = (rows) => state.set({ chosen: new Map([...state.get("chosen"), ...rows.map(({ number, event }) => [number, event])]) });

function confirm() {
  if (state.get("gone").has(state.get("open"))) return goOn(state.get("open"));
  const step = card.main();
  if (step) take(step.action);
}

/** Dispatch to one of the candidates; the neighbour's grid has the case from then on. */
function choose(n) {
  const one = state.get("candidates")?.candidates.find((candidate) => candidate.n === n);
  const step = state.get("found")?.possible.find(({ action }) => action === "dispatch");
  if (!one || !step) return;
  const department = one.department?.code ?? state.get("found").case.department;
  send("dispatch", { department, ...(one.kind === "neighbour" ? { grid: one.grid.code } : {}) }, one.person?.name);
}

function take(action) {
  const found = state.get("found");
  const step = found?.possible.find((one) => one.action === action);
  if (!step || step.forbidden) return step?.forbidden && toast(step.forbidden, { name: "alert" });
  if (action === "dispatch") return send(action, { department: nextOwner(found) }, state.get("candidates")?.candidates[0]?.person?.name);
  if (action === "move") return beginMove();
  if (action === "merge" && state.get("alike")?.length) return compare();
  if (!step.needs.length) return send(action, {});
  const areas = state.get("candidates")?.areas ?? [];
  return told(() => stepDialog(found, step, { categories: state.get("categories"), areas, best: state.get("candidates")?.candidates[0]?.department?.code, send: (values) => done(found, action, values) }));
}

/** The next click on the map is the right spot of the open case; what it would change is shown before it is sent. */
function beginMove() {
  giveUp();
  const found = state.get("found");
  toast(t("Click the right spot on the map; Escape gives up."), { name: "pin" });
  document.getElementById("mapwrap").classList.add("drawing");
  const stop = () => document.getElementById("mapwrap").classList.remove("drawing");
  const ask = ({ latlng }) => (stop(), told(() => moveDialog(found, { lon: latlng.lng, lat: latlng.lat }, { isStill: () => state.get("open") === found.number, send: (values) => done(found, "move", values) })));
  map.once("click", ask);
  giveUp = () => (map.off("click", ask), stop());
}

function first(actions) {
  const step = state.get("found")?.possible.find(({ action, forbidden }) => actions.includes(action) && !forbidden);
  if (step) take(step.action);
}

/** Take a step that asks for nothing; what refuses it is told, and the case shown anew. */
const send = (action, values, person) => told(() => done(state.get("found"), action, values, person));

async function done({ number, kind, seen: event }, action, values, person) {
  const answer = await desk.step({ number, kind, seen: event }, action, values);
  const after = answer.case ?? answer.report ?? answer;
  if (action === "dispatch") {
    undo = { number, kind, seen: answer.event };
    undoToast(t("Dispatched to {who}.", { who: person ?? page.departments[answer.department] ?? answer.department }), takeBack);
  } else toast(`${stepWords(action).press()}: ${after.number ?? number}`, { name: "ok" });
  state.set({ gone: new Set([...state.get("gone"), number]) });
  desk.overview();
  if (state.get("open") === number) await goOn(number);
}

function takeBack() {
  if (!undo) return;
  const { number, kind, seen } = undo;
  undo = null;
  document.querySelector(".toast.undo")?.remove();
  told(async () => {
    desk.own(number);
    await api.desk.step(kind, number, { action: "recall", seen });
    toast(t("{number} waits to be dispatched again.", { number }), { name: "undo" });
    desk.overview();
    await desk.load({ keep: true });
    await openNumber(number);
  });
}

async function dispatchChosen() {
  const chosen = [...state.get("chosen")];
  if (!chosen.length) return;
  await told(async () => {
    for (const [number] of chosen) desk.own(number);
    const { done: sent, refused } = await api.desk.dispatch(chosen.map(([number, seen]) => ({ number, seen })));
    state.set({ chosen: new Map(), gone: new Set([...state.get("gone"), ...sent.map(({ number }) => number)]) });
    toast(t("{count} dispatched.", { count: sent.length }), { name: "sent" });
    for (const { number, detail } of refused.slice(0, 3)) warn(`${number}: ${detail}`);
    desk.overview();
    await desk.load({ keep: true });
  });
}

function compare() {
  const alike = state.get("alike");
  const found = state.get("found");
  if (!alike?.length || !found.possible.some(({ action }) => action === "merge")) return;
  told(() => compareDialog(found, alike, (number) => done(found, "merge", { duplicate_of: number })));
}

/** Run what asks the server; a refusal is said aloud, and the open case is shown as it is now. */
async function told(act) {
  try {
    await act();
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    warn(problem.message);
  }
}

function warn(text) {
  document.getElementById("conflict").textContent = text;
  toast(text, { name: "alert" });
}

function found(hit) {
  if (hit.kind === "case") return openNumber(hit.number ?? hit.code);
  if (hit.kind === "grid") state.set({ areaName: hit.title, query: { ...state.get("query"), area: hit.code } });
  goToHit(map, hit, () => {});
  return hit.kind === "grid" ? desk.load() : null;
}

function tools() {
  const button = (name, label, click) => element("button", { type: "button", title: label, "aria-label": label, click }, icon(name));
  document.getElementById("maptools").append(button("plus", t("Nearer"), () => map.zoomIn()), button("minus", t("Farther"), () => map.zoomOut()), ...(MAY_DISPATCH ? [button("lasso", t("Draw round cases"), () => rope.begin())] : []));
}
