import { api } from "../api.js";

const PAUSE_MS = 250;

/**
 * Keep `who` and `near` of the state at what the server says of the spot and the kind that are chosen.
 * @param {object} state
 */
export function watchPlace(state) {
  let asked = null, timer = null;
  state.on(["spot", "kind"], () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE_MS);
  });

  async function look() {
    const { lon, lat } = state.get("spot") ?? {};
    if (lon === undefined) return;
    asked?.abort();
    const mine = (asked = new AbortController());
    const category = state.get("kind")?.code ?? null;
    try {
      const [who, near] = await Promise.all([api.who({ lon, lat, category }, mine), category ? api.near({ lon, lat, category }, mine) : []]);
      if (mine !== asked) return;
      state.set({ who, whoFailed: "", near });
      const { geometry } = who.grid ? await api.grid(who.grid.code, {}, mine) : {};
      if (mine === asked && geometry) state.set({ who: { ...who, geometry } });
    } catch (problem) {
      if (problem.name !== "AbortError") state.set({ who: null, whoFailed: problem.message, near: [] });
    }
  }
}
