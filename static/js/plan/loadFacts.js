import { api } from "../api.js";
import { toast } from "../toast.js";

const WAIT_MS = 350;
const MOST = 8;
const MOST_COMPARED = 1000;

/**
 * Keep load, impact and findings in step with the draft: what an edit changes is asked for once it has come to rest.
 * @param {object} bench
 * @param {() => string[]} inSight codes of the grids on the map
 */
export function loadFacts(bench, inSight) {
  const { id, state } = bench;
  let waiting = 0;
  let asked = "";
  let checks = 0;

  function soon() {
    clearTimeout(waiting);
    waiting = setTimeout(refresh, WAIT_MS);
  }

  const refresh = () => Promise.all([loadLoad(), keep("impact", () => api.drafts.impact(id)), state.get("compare") ? ((asked = ""), loadSheet()) : null]);

  /** The grids that are compared: those of the chosen border with their neighbours, else those the draft has touched. */
  function loadLoad() {
    const land = bench.land();
    const arc = land?.arcs[state.get("arc")];
    const owners = (arc?.sides.filter(Boolean) ?? []).map((code) => land.ownerOf(code));
    const beside = owners.flatMap((owner) => bench.membersOf(owner)).flatMap((code) => [...land.neighboursOf(code)]).map((code) => land.ownerOf(code));
    const codes = [...new Set([...owners, ...beside])].slice(0, MOST);
    return keep("load", () => api.drafts.load(id, codes.length ? codes : undefined));
  }

  /** The load of the grids in sight, for the maps that are compared. */
  function loadSheet() {
    const codes = inSight().slice(0, MOST_COMPARED);
    return codes.length && codes.join() !== asked ? ((asked = codes.join()), keep("sheet", () => api.drafts.load(id, codes))) : null;
  }

  /** Put an answer into the state unless the draft or the choice has moved on meanwhile. */
  async function keep(name, ask) {
    const [revision, arc] = [state.get("revision"), state.get("arc")];
    try {
      const found = await ask();
      if (revision === state.get("revision") && (name !== "load" || arc === state.get("arc"))) state.set({ [name]: found });
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      state.set({ [name]: name === "sheet" ? null : false });
      toast(problem.message, { name: "alert" });
    }
  }

  /** Look over the whole draft: land, people and departments; again where it was edited meanwhile, so that no old answer hides what an edit brought. */
  async function check() {
    const [turn, revision] = [++checks, state.get("revision")];
    state.set({ isChecking: true });
    try {
      const { findings } = await api.drafts.findings(id);
      if (turn !== checks) return;
      if (revision !== state.get("revision")) return await check();
      state.set({ findings });
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      toast(problem.message, { name: "alert" });
    } finally {
      if (turn === checks) state.set({ isChecking: false });
    }
  }

  state.on(["revision", "arc"], soon);
  state.on("compare", () => (asked = ""));
  return { check, refresh: soon, compare: loadSheet };
}
