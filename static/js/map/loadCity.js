import { api } from "../api.js";
import { page } from "../pageData.js";
import { toast } from "../toast.js";
import { levelsAt } from "./scene/levelsAt.js";
import { moment } from "./time/moment.js";
import { versionAt } from "./time/versionAt.js";

const REFRESH_MS = 60_000;

/**
 * Keep the state filled with what the server knows: the boundaries of the instant looked at, and the facts on them.
 *
 * Boundaries are fetched once a version; cases, measure and audit again each
 * minute while the reader looks at now. While the server is away what is here
 * stays, and the state says that it is old.
 * @param {object} state
 */
export async function loadCity(state) {
  state.on(["at", "draft"], () => choose(state));
  state.on("version", ({ version }) => version.version === page.boundaries?.version ? state.set({ levels: page.boundaries.levels }) : loadLevels(state));
  state.on(["version", "at"], () => (state.set({ audit: null }), loadAudit(state)));
  state.on(["version", "measureId", "at", "levels", "hidden", "zoom"], () => loadMeasure(state));
  state.on("at", () => loadCases(state));
  begin(state);
  const catalogue = loadCatalogue(state);
  const { versions, drafts } = await api.versions();
  state.set({ versions, drafts });
  choose(state);
  await Promise.all([loadCases(state), catalogue]);
  setInterval(() => document.hidden || state.get("at") || refresh(state), REFRESH_MS);
}

/** Fetch what does not change while a page is open; a category that the city does not have is let go. */
async function loadCatalogue(state) {
  const [layers, listed, measures] = await Promise.all([api.layers(), api.categories(), api.measures()]);
  const categories = new Map(listed.map((one) => [one.code, one]));
  const category = categories.has(state.get("category")) ? state.get("category") : "";
  state.set({ layers: layers.filter(({ kind }) => kind !== "level"), categories, category, measures, hasCatalogue: true });
}

/** Begin with the boundaries of now, which the page brought along, unless its address asks for others. */
function begin(state) {
  if (state.get("at") || state.get("draft") || !page.boundaries?.version) return;
  state.set({ version: { version: page.boundaries.version } });
}

/** Name the boundaries that are looked at: a draft, or the version in force at the instant. */
function choose(state) {
  const draft = state.get("draft");
  const found = versionAt(state.get("versions"), moment.of(state.get("at")));
  const before = state.get("version");
  const version = draft ? { draft } : { version: (found ?? state.get("versions").at(-1))?.number };
  if (JSON.stringify(before) !== JSON.stringify(version)) state.set({ version });
}

async function refresh(state) {
  await Promise.all([loadCases(state), loadMeasure(state, { again: true }), loadAudit(state)]);
  state.set({ tick: Date.now() });
}

const loadLevels = (state) => keep(state, "levels", (version) => api.levels(version).then(({ levels }) => levels));
const loadAudit = (state) => keep(state, "audit", (version) => api.audit(version, state.get("at")));
const loadCases = (state) => keep(state, "cases", () => api.cases(state.get("at")));

/** Fetch the measure on the level that is filled at this zoom, unless it is what is here. */
function loadMeasure(state, { again = false } = {}) {
  const id = state.get("measureId");
  const { main: level } = levelsAt(state.get("levels"), state.get("zoom"), state.get("hidden"));
  if (!id) return state.set({ measure: null });
  const wanted = JSON.stringify([id, level, state.get("version"), state.get("at")]);
  if (!level || (state.get("measureOf") === wanted && !again)) return null;
  state.set({ measureOf: wanted });
  return keep(state, "measure", (version) => api.measure(id, level, version, state.get("at")));
}

/** Put what `ask` answers into the state unless something else has been asked meanwhile. */
async function keep(state, name, ask) {
  const version = state.get("version");
  const asked = { version, at: state.get("at"), ...(name === "measure" ? { measureOf: state.get("measureOf") } : {}) };
  const isStale = () => Object.entries(asked).some(([key, value]) => state.get(key) !== value);
  if (!version) return;
  try {
    const found = await ask(version);
    if (!isStale()) state.set({ [name]: found, isOld: false });
  } catch (problem) {
    if (isStale()) return;
    if (!("status" in problem)) throw problem;
    state.set({ isOld: true });
    if (problem.status) toast(problem.message, { name: "alert" });
  }
}
