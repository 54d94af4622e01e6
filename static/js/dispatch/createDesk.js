import { api } from "../api.js";
import { toast } from "../toast.js";

const PAGE = 50;
const PULSE_MS = 4_000;
const REST_MS = 60_000;

/**
 * Return what the desk does with the server: pages of the queue, the open case, steps, and the pulse that keeps it live.
 *
 * Rows never move under the cursor: what comes is announced and waits until it is asked for, what leaves turns grey.
 * @param {object} state
 */
export function createDesk(state) {
  let asked = 0;
  let opened = 0;
  let event = null;
  const mine = new Set();

  /** Fetch the first page of the tab anew; `keep` stays on the open row where it is still there. */
  async function load({ keep = false } = {}) {
    const turn = ++asked;
    state.set({ isLoading: true, problem: "", arrived: 0, gone: new Set(), ...(keep ? {} : { rows: [], chosen: new Map() }) });
    const found = await trying(() => api.desk.queue({ tab: state.get("tab"), ...state.get("query"), limit: PAGE }));
    if (turn !== asked) return;
    if (!found) return state.set({ isLoading: false });
    state.set({ rows: found.rows, groups: new Map(found.groups.map(({ id, count }) => [id, count])), next: found.next, hasMore: Boolean(found.next), isLoading: false });
    const open = found.rows.find(({ number }) => number === state.get("open"));
    if (!open) await show(found.rows[0] ?? null);
    else if (keep) await page(open);
  }

  /** Fetch the page after the last row. */
  async function more() {
    const turn = asked;
    if (state.get("isLoading") || !state.get("next")) return;
    state.set({ isLoading: true });
    const found = await trying(() => api.desk.queue({ tab: state.get("tab"), ...state.get("query"), limit: PAGE, after: state.get("next") }));
    if (turn !== asked) return;
    const known = new Set(state.get("rows").map(({ number }) => number));
    state.set({ isLoading: false, ...(found ? { rows: [...state.get("rows"), ...found.rows.filter(({ number }) => !known.has(number))], next: found.next, hasMore: Boolean(found.next) } : { hasMore: false }) });
  }

  /** Open a row: its page, its candidates, what is like it. */
  async function show(row) {
    const turn = ++opened;
    state.set({ open: row?.number ?? null, row, found: null, candidates: null, alike: null });
    if (row) await Promise.all([page(row, turn), candidates(row, turn), row.kind === "report" ? alike(row, turn) : null]);
  }

  async function page(row, turn = opened) {
    const found = await trying(() => api.desk.one(row.kind, row.number));
    if (turn !== opened || !found) return;
    const seen = row.kind === "case" ? found.case.event : found.history.length;
    state.set({ found: { ...found, kind: row.kind, number: row.number, seen } });
  }

  async function candidates(row, turn) {
    const found = await trying(() => api.desk.candidates(row.kind, row.number));
    if (turn === opened && found) state.set({ candidates: found });
  }

  async function alike(row, turn) {
    const found = await trying(() => api.desk.alike(row.number));
    if (turn === opened && found) state.set({ alike: found });
  }

  /** Take a step of a case, on what is known of it by now; throws the problem where it is refused. */
  async function step(of, action, values = {}) {
    const found = state.get("found");
    const { kind, number, seen } = found?.number === of.number ? found : of;
    mine.add(number);
    try {
      return await api.desk.step(kind, number, { action, seen, ...values });
    } catch (problem) {
      if (problem.status === 409) await page({ kind, number });
      throw problem;
    }
  }

  /** Say what went wrong and return nothing; what is not a problem of the server goes on. */
  async function trying(ask) {
    try {
      const found = await ask();
      state.set({ isLive: true });
      return found;
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      if (problem.status === 0) state.set({ isLive: false });
      else toast(problem.message, { name: "alert" });
      return null;
    }
  }

  /** Tell that one is here, hear who else is and what changed. */
  async function pulse() {
    const open = state.get("open");
    try {
      const heard = await api.desk.pulse({ case: open ?? "", since: event });
      const others = heard.changed.filter((number) => !mine.has(number));
      event = heard.event;
      mine.clear();
      state.set({ present: heard.present, isLive: true });
      if (others.length) await changed(new Set(others));
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      state.set({ isLive: false });
    }
  }

  /** Something happened to these: refresh the rows that are still in the tab, grey those that left, count the new. */
  async function changed(numbers) {
    const found = await trying(() => api.desk.queue({ tab: state.get("tab"), ...state.get("query"), limit: PAGE }));
    if (!found) return;
    const fresh = new Map(found.rows.map((row) => [row.number, row]));
    const here = new Set(state.get("rows").map(({ number }) => number));
    const left = [...numbers].filter((number) => here.has(number) && !fresh.has(number));
    state.set({
      rows: state.get("rows").map((row) => ({ ...(fresh.get(row.number) ?? row), group: row.group })),
      gone: new Set([...state.get("gone"), ...left]),
      arrived: found.rows.filter(({ number }) => !here.has(number)).length,
    });
    const open = state.get("open");
    if (open && numbers.has(open)) await told(open);
  }

  /** The open case was changed by somebody else: show it anew and say who did what. */
  async function told(number) {
    const row = state.get("row");
    await page(row);
    const last = state.get("found")?.history.at(-1);
    if (last && state.get("open") === number) state.set({ conflict: { number, last, at: Date.now() } });
  }

  async function overview() {
    const found = await trying(() => api.desk.overview());
    if (found) state.set({ counts: found.tabs, shift: found.shift, filters: found.filters });
  }

  function live() {
    pulse();
    setInterval(() => document.hidden || pulse(), PULSE_MS);
    setInterval(() => document.hidden || overview(), REST_MS);
    addEventListener("pagehide", () => navigator.sendBeacon && api.desk.pulse({ leaving: true }).catch(() => {}));
    document.addEventListener("visibilitychange", () => document.hidden || pulse());
  }

  return { load, more, show, page, step, trying, overview, live, own: (number) => mine.add(number) };
}
