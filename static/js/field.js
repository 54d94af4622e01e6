import { api } from "./api.js";
import { createState } from "./createState.js";
import { element } from "./element.js";
import { afterSteps } from "./field/afterSteps.js";
import { caseView } from "./field/caseView.js";
import { createQueue } from "./field/createQueue.js";
import { followPosition } from "./field/followPosition.js";
import { metresBetween } from "./field/metresBetween.js";
import { openStore } from "./field/openStore.js";
import { patchView } from "./field/patchView.js";
import { queueSheet } from "./field/queueSheet.js";
import { reportView } from "./field/reportView.js";
import { startWorker } from "./field/startWorker.js";
import { stepWords } from "./field/stepWords.js";
import { warmTiles } from "./field/warmTiles.js";
import { t } from "./i18n.js";
import { page } from "./pageData.js";
import { toast } from "./toast.js";

const RELOAD_MS = 60_000;
const { login } = page.me;
const PATCH = `patch:${login}`;
const phone = document.getElementById("phone");
const state = createState({ patch: null, items: [], sending: null, isOnline: navigator.onLine, signedOut: false, position: null, order: null, offset: 0 });
const store = await openStore().catch(noStore);
const queue = createQueue(store, state, login, { arrived, refused: loadPatch });
const drafts = new Map();
let shown = null;
let categories = (await store.kept("categories")) ?? [];
let warmed = false;

const now = () => new Date(Date.now() + state.get("offset"));
const go = (hash) => (location.hash === hash ? route() : (location.hash = hash));
const back = () => go("");

startWorker(() => Promise.all([loadPatch(), api.layers().catch(() => {})]));
await forgetOthers();
followPosition(state);
state.set({ patch: await store.kept(PATCH) });
if (state.get("patch")) state.set({ offset: state.get("patch").offset ?? 0 });
await queue.refresh();
addEventListener("hashchange", route);
state.on(["patch", "items", "isOnline", "signedOut"], () => shown?.paint?.());
state.on("position", ({ order }) => order || shown?.paint?.());
if (state.get("patch")) route();
await Promise.all([loadPatch(), loadCategories()]);
if (!shown) route();
queue.send();
setInterval(() => document.hidden || shown?.name !== "patch" || loadPatch(), RELOAD_MS);

/** What others who shared this phone had to do is none of one's business; what they have not sent stays for them. */
async function forgetOthers() {
  const others = (await store.names()).filter((name) => name.startsWith("patch:") && name !== PATCH);
  await Promise.all(others.map(store.forget));
}

/** A browser that keeps nothing would lose reports: better no page than that one. */
function noStore(problem) {
  phone.replaceChildren(element("p.empty", t("This browser keeps nothing (a private window?). Open the page in an ordinary one: reports would be lost here.")));
  phone.setAttribute("aria-busy", "false");
  throw problem;
}

/** Fetch what there is to do, and keep it for when the net is gone; without a net what was kept stays. */
async function loadPatch() {
  try {
    const asked = Date.now();
    const { position } = { position: state.get("position") };
    const patch = await api.field.patch(position && { lon: position.lon, lat: position.lat });
    if (patch.login !== login) return state.set({ signedOut: true });
    const offset = new Date(patch.at).getTime() - (asked + Date.now()) / 2; // The server looked at its clock somewhere between.
    await store.keep(PATCH, { ...patch, offset });
    state.set({ patch, offset, isOnline: true, signedOut: false });
    if (shown?.name === "patch" && location.hash) route(); // What the address names has come only now.
    warm(patch);
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    if (problem.status === 401) state.set({ signedOut: true });
    else if (problem.status === 0) state.set({ isOnline: false });
    else toast(problem.message, { name: "alert" });
  }
}

/** Have the map of one's area kept, once. */
function warm(patch) {
  if (warmed || !patch.area || !navigator.serviceWorker?.controller) return;
  warmed = true;
  warmTiles(page.account?.area?.bounds);
}

async function loadCategories() {
  const found = await api.categories().catch(() => []);
  if (!found.length) return;
  categories = found;
  await store.keep("categories", categories);
}

/** What there is to do, with what waits on this phone counted in, and how far it is from here. */
function tasks() {
  const { patch, items, position } = { patch: state.get("patch"), items: state.get("items"), position: state.get("position") };
  return (patch?.tasks ?? []).map((task) => {
    const told = task.reports[0];
    return { ...afterSteps(task, items), away: position ? metresBetween(position, told) : null };
  });
}

async function route() {
  const [, what, number] = location.hash.match(/^#(report|case)(?:\/(.+))?$/) ?? [];
  if (what === "report") return show(await reporting());
  if (what === "case") {
    const task = tasks().find((one) => one.number === decodeURIComponent(number ?? ""));
    if (task) return show(await working(task));
  }
  return show(patching());
}

function show(next) {
  shown?.leave?.();
  shown = next;
  phone.replaceChildren(element("h1.hidden", t("Field")), next.view);
  next.shown?.();
  phone.setAttribute("aria-busy", "false");
}

function patching() {
  const open = (one) => go(`#case/${encodeURIComponent(one)}`);
  return { name: "patch", ...patchView(state, { tasks, open, report: () => go("#report"), queue: openQueue, now, reload: loadPatch }) };
}

function openQueue() {
  const seenOf = ({ kind, number }) => (kind === "step" ? (state.get("patch")?.tasks.find((task) => task.number === number)?.seen ?? null) : null);
  queueSheet(state, queue, { login, look: (number) => go(`#case/${encodeURIComponent(number)}`), seenOf });
}

/** Return what was begun under a name and not sent yet, so that nothing is lost when the page closes. */
async function draftOf(name, fresh) {
  const key = `draft:${login}:${name}`;
  if (!drafts.has(key)) drafts.set(key, (await store.kept(key)) ?? fresh);
  const draft = drafts.get(key);
  return { draft, keepDraft: () => store.keep(key, draft), drop: () => (drafts.delete(key), store.forget(key)) };
}

async function reporting() {
  if (!state.get("patch")) state.set({ patch: { tasks: [], grids: [], confused: [], often: [], departments: [], colleagues: [], area: null } });
  const { draft, keepDraft, drop } = await draftOf("report", { photos: [], place: null, byHand: false, category: "", description: "", near_m: null });
  const send = async ({ photos, place, category, description, near_m: near }) => {
    const body = { lon: place.lon, lat: place.lat, category, description, accuracy_m: place.accuracy ?? null, observed_at: now().toISOString() };
    await queue.add({ kind: "report", category, title: categories.find(({ code }) => code === category)?.title ?? category, body, photos: [...photos], near_m: near });
    await drop();
    back();
    toast(state.get("isOnline") ? t("Kept, and on its way.") : t("Kept on this phone. It is sent when there is a net."), { name: "ok" });
  };
  return { name: "report", ...reportView(state, { back, send, draft, keepDraft, categories }) };
}

async function working(task) {
  const { draft, keepDraft, drop } = await draftOf(task.number, { photos: [], checked: [] });
  let seen = task.seen;
  const take = async (of, body, { photos = [] } = {}) => {
    const at = seen++;
    const title = `${of.category?.title ?? t("no category")}: ${stepWords(body.action).name}`;
    await queue.add({ kind: "step", subject: of.subject, number: of.number, title, body: { ...body, seen: at, happened_at: now().toISOString() }, photos: photos.map((one) => ({ ...one })) });
    if (photos.length) await drop();
    if (!state.get("isOnline")) toast(t("Kept on this phone. It is sent when there is a net."), { name: "ok" });
  };
  const view = caseView(task, state.get("patch"), { back, take, draft, keepDraft, now, login, queue: openQueue });
  return { name: "case", view, paint: () => renew(task, view) };
}

/** Show a task as it stands by now where that is no more what its view shows; what was begun is kept as a draft. */
async function renew(task, view) {
  const found = tasks().find(({ number }) => number === task.number);
  if (!found || standOf(found) === standOf(task)) return;
  const next = await working(found);
  if (shown?.view !== view) return;
  const { scrollTop } = view.querySelector(".scroll");
  show(next);
  next.view.querySelector(".scroll").scrollTop = scrollTop;
}

function standOf({ seen, possible, waiting, refused, case: one, checklist }) {
  return JSON.stringify([seen, possible, [...waiting, ...refused].map(({ id, status }) => [id, status]), one, checklist]);
}

function arrived(item) {
  toast(t("{title}: arrived.", { title: item.title }), { name: "ok" });
  loadPatch();
}
