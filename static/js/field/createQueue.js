import { api } from "../api.js";
import { newKey } from "./newKey.js";
import { sendItem } from "./sendItem.js";

const AGAIN_MS = 20_000;
const WAITING = new Set([0, 408, 425, 429, 500, 502, 503, 504]);
const LOCK = "gridmgr-field-queue";

/**
 * Return the queue of what this phone has to send: kept until the server has answered, sent in order, each once.
 *
 * It sends by itself when it is opened, when the net returns and every twenty seconds. What the server refuses
 * stays with the reason, and holds up what was done on top of it before that was known; where the sign-in has run
 * out, all stays until somebody signs in again. A thing of somebody else on the same phone waits for him.
 * @param {object} store
 * @param {object} state its parts `items`, `sending`, `isOnline`, `signedOut` are kept here
 * @param {string} login
 * @param {{arrived: (item: object, answer: object) => void, refused: (item: object) => void}} told
 */
export function createQueue(store, state, login, { arrived, refused }) {
  let isBusy = false;
  let last = 0;
  const refresh = async () => state.set({ items: await store.items() });

  async function add(item) {
    last = Math.max(Date.now(), last + 1);
    await store.put({ ...item, id: newKey(), key: newKey(), login, at: Date.now(), order: last, status: "waiting" });
    await refresh();
    send();
  }

  async function discard(id) {
    await store.remove(id);
    await refresh();
  }

  /** Send a refused thing once more, as a new one: on what stands now. */
  async function again(id, changes = {}) {
    const item = state.get("items").find((one) => one.id === id);
    if (!item) return;
    await store.put({ ...item, key: newKey(), status: "waiting", problem: null, body: { ...item.body, ...changes } });
    await refresh();
    send();
  }

  async function send() {
    if (isBusy) return;
    isBusy = true;
    try {
      await alone(sendAll);
    } finally {
      isBusy = false;
    }
  }

  async function sendAll() {
    await refresh();
    const left = state.get("items").filter((one) => one.login === login && one.status === "waiting");
    if (!left.length) return;
    if (!(await isSignedIn())) return;
    const held = new Map(state.get("items").filter(({ status }) => status === "refused").map((one) => [subjectOf(one), one.refusedAt ?? Infinity]));
    for (const { id } of left) {
      const item = (await store.items()).find((one) => one.id === id);
      if (!item || (subjectOf(item) && item.order <= held.get(subjectOf(item)))) continue;
      if (!(await sendOne(item, held))) return;
    }
  }

  /** Return whether the next may be tried. */
  async function sendOne(item, held) {
    const progress = (share) => state.set({ sending: { id: item.id, share } });
    try {
      progress(0);
      const answer = await sendItem(item, store.put, progress);
      await goOn(item, answer);
      await store.remove(item.id);
      state.set({ isOnline: true });
      arrived(item, answer);
      return true;
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      return await put(item, problem, held);
    } finally {
      state.set({ sending: null });
      await refresh();
    }
  }

  /** Steps of the same case that wait behind build on the one that was taken. */
  async function goOn(item, answer) {
    const event = answer.event ?? answer.case?.event;
    if (item.kind !== "step" || event === undefined) return;
    const behind = (await store.items()).filter((one) => subjectOf(one) === subjectOf(item) && one.order > item.order && one.status === "waiting");
    for (const one of behind.slice(0, 1)) await store.put({ ...one, body: { ...one.body, seen: event } });
  }

  async function put(item, problem, held) {
    if (problem.status === 401) return state.set({ signedOut: true }), false;
    if (WAITING.has(problem.status)) {
      if (problem.status === 0) state.set({ isOnline: false });
      return false;
    }
    const refusedAt = Date.now();
    await store.put({ ...item, status: "refused", refusedAt, problem: { status: problem.status, type: problem.type ?? "", message: problem.message } });
    held.set(subjectOf(item), refusedAt);
    refused(item);
    return true;
  }

  async function isSignedIn() {
    try {
      const { account } = await api.me();
      state.set({ isOnline: true, signedOut: account?.login !== login });
      return account?.login === login;
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      state.set({ isOnline: problem.status !== 0 });
      return false;
    }
  }

  addEventListener("online", send);
  addEventListener("offline", () => state.set({ isOnline: false }));
  document.addEventListener("visibilitychange", () => document.hidden || send());
  setInterval(send, AGAIN_MS);
  return { add, discard, again, send, refresh };
}

const subjectOf = ({ kind, subject, number }) => (kind === "step" ? `${subject}:${number}` : "");

/** Let one page of this browser send at a time. */
async function alone(act) {
  if (!navigator.locks) return act();
  return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? act() : null));
}
