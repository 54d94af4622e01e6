import { api } from "./api.js";
import { createState } from "./createState.js";
import { element } from "./element.js";
import { t } from "./i18n.js";
import { basemapLayer } from "./map/basemapLayer.js";
import { scaleBar } from "./map/controls/scaleBar.js";
import { showFindings } from "./map/findings/showFindings.js";
import { goToHit } from "./map/goToHit.js";
import { CityLabels } from "./map/labels/CityLabels.js";
import { createPalette } from "./map/scene/createPalette.js";
import { createPanes } from "./map/scene/createPanes.js";
import { CityTiles } from "./map/tiles/CityTiles.js";
import { createFeatureStore } from "./map/tiles/createFeatureStore.js";
import { createTileStore } from "./map/tiles/createTileStore.js";
import { page } from "./pageData.js";
import { createBench } from "./plan/createBench.js";
import { createStreets } from "./plan/createStreets.js";
import { ArcsLayer } from "./plan/draw/ArcsLayer.js";
import { compareSlider } from "./plan/draw/compareSlider.js";
import { createLook } from "./plan/draw/createLook.js";
import { createScenes } from "./plan/draw/createScenes.js";
import { createSketch } from "./plan/draw/createSketch.js";
import { loadLegend } from "./plan/draw/loadLegend.js";
import { showMoved } from "./plan/draw/showMoved.js";
import { keepView } from "./plan/keepView.js";
import { loadFacts } from "./plan/loadFacts.js";
import { arcTip } from "./plan/panels/arcTip.js";
import { assignDialog } from "./plan/panels/assignDialog.js";
import { balanceDialog } from "./plan/panels/balanceDialog.js";
import { choosePanel } from "./plan/panels/choosePanel.js";
import { commentsPanel } from "./plan/panels/commentsPanel.js";
import { draftBar } from "./plan/panels/draftBar.js";
import { findingsPanel } from "./plan/panels/findingsPanel.js";
import { gridDialog } from "./plan/panels/gridDialog.js";
import { historyPanel } from "./plan/panels/historyPanel.js";
import { impactPanel } from "./plan/panels/impactPanel.js";
import { loadPanel } from "./plan/panels/loadPanel.js";
import { markDialog } from "./plan/panels/markDialog.js";
import { otherDrafts } from "./plan/panels/otherDrafts.js";
import { planTools } from "./plan/panels/planTools.js";
import { snapPanel } from "./plan/panels/snapPanel.js";
import { statusBar } from "./plan/panels/statusBar.js";
import { planKeyRows, planKeys } from "./plan/planKeys.js";
import { actions } from "./plan/review/actions.js";
import { steps } from "./plan/review/steps.js";
import { createToolbox } from "./plan/tools/createToolbox.js";
import { keysDialog } from "./shell/keysDialog.js";
import { searchBox } from "./shell/searchBox.js";
import { startShell } from "./shell/startShell.js";
import { toast } from "./toast.js";

const NEAR_ZOOM = 15;
const FINDING_ZOOM = 17;
const COMPARE_WAIT_MS = 400;
const CATCH_UP_MS = 15_000;
const PANES = { before: 251, arcs: 300, sketch: 610, handles: 630 };
const DRAWN = new Set(["road", "river", "railway", "water"]);
const WIDE = matchMedia("(min-width: 900px)");
const id = page.draft.id;

const { map } = L.gridmgr;
const state = createState({
  draft: null, revision: 0, edits: [], checkpoints: [], comments: [], findings: [], locked: new Set(), snap: new Set(["arc", "node", "road"]),
  tolerance: 3, tool: "move", reason: "", arc: null, landKey: "", newest: 0, newestBegins: 0, load: null, sheet: null, impact: null, whyNot: "", layers: [], audit: null, hidden: new Set(),
  isNear: false, isDrawing: false, canEdit: false, canUndo: false, canRedo: false, isBusy: false, isChecking: true, isLoaded: false, compare: false, cut: 0.5, zoom: map.getZoom(),
});

let palette = createPalette();
createPanes(map);
for (const [name, order] of Object.entries(PANES)) map.createPane(name).style.zIndex = String(order);
for (const name of ["arcs", "sketch"]) map.getPane(name).style.pointerEvents = "none";
const basemap = basemapLayer(page.basemap)?.addTo(map);
const features = createFeatureStore((zoom) => state.get("layers").filter(({ id: layer, zoom_min }) => zoom >= zoom_min && DRAWN.has(layer)), () => (tiles.repaint(), older.repaint()));
const scenes = createScenes(state, () => palette, { hasLand: !basemap });
const tiles = new CityTiles(scenes.draft, createTileStore(), features);
const older = new CityTiles(scenes.before, createTileStore(), features);
L.setOptions(older, { pane: "before" });
const labels = new CityLabels(tiles, scenes.draft);
const olderLabels = new CityLabels(older, scenes.before);
const movedGround = showMoved(map, id);
const sketch = createSketch(map);
const streets = createStreets(map);
const layer = new ArcsLayer(() => look());
let say = () => {};
const bench = createBench(id, {
  map, state, sketch, streets: streets.lines, redraw: () => layer.soon(), tell: (what) => say(what), choose: choosePanel(), tip: arcTip(map, () => bench.land()),
});
const look = createLook(bench, () => palette);
const facts = loadFacts(bench, () => [...new Set(tiles.shownTiles().flatMap(({ main }) => main.fills.map(({ code }) => code)))]);
const toolbox = createToolbox(bench, { balance });
say = statusBar(state, toolbox.hint);

const home = () => map.fitBounds(toLatLngs(page.account?.area?.bounds ?? page.bounds), { animate: false });
const undo = () => state.get("canUndo") && state.get("canEdit") && bench.change((revision) => api.drafts.step(id, "undo", revision));
const redo = () => state.get("canRedo") && state.get("canEdit") && bench.change((revision) => api.drafts.step(id, "redo", revision));
const compare = () => state.set({ compare: !state.get("compare") });
const repair = (finding) => bench.post({ op: "repair", grids: finding.codes });
const settle = async (comment) => (await api.drafts.settle(id, comment.id), bench.reload());
const goTo = (finding) => {
  if (!Number.isFinite(finding.lon)) return;
  map.setView([finding.lat, finding.lon], Math.max(map.getZoom(), FINDING_ZOOM));
  findings.pulse(finding);
};

startShell(() => {
  palette = createPalette();
  tiles.repaint();
  older.repaint();
  labels.place();
  layer.soon();
}, planKeyRows);
const mapwrap = document.getElementById("mapwrap");
const past = document.getElementById("history");
const side = document.getElementById("facts");
const section = (place) => place.appendChild(element("section.sec"));
const sheet = side.appendChild(element("div.scroll", { tabindex: 0, "aria-label": t("Findings, load and impact") }));
draftBar(state);
steps(state);
actions(bench, { compare, goTo, check: facts.check });
historyPanel(past, state, { undo, redo, mark: () => markDialog(bench), restore: (one) => bench.change((revision) => api.drafts.restore(id, one.id, revision)) });
snapPanel(section(past), state);
findingsPanel(section(sheet), state, { open: goTo, repair, assign: (grid) => assignDialog(bench, grid), check: facts.check });
loadPanel(section(sheet), state, (code) => gridDialog(bench, code).catch(tellOrThrow));
impactPanel(section(sheet), state, { show: moved(movedGround.turn), replay: () => api.drafts.replay(id) });
commentsPanel(section(sheet), bench, { add: () => toolbox.take("comment"), settle });
otherDrafts(section(sheet), id);
planTools(map, home);
const findings = showFindings(map, state, goTo);
compareSlider(map, state, { before: () => older.getContainer(), after: () => tiles.getContainer(), labels: () => [olderLabels.canvas, labels.canvas], words: compareWords, legend: loadLegend() });
const search = searchBox(() => ({ version: state.get("draft")?.base ?? undefined }), (hit) => goToHit(map, hit, () => {}));
planKeys(map, {
  search: search.focus, help: () => keysDialog(planKeyRows()), compare, undo, redo, nextFinding, take: toolbox.take,
  enter: () => (toolbox.finish(), toolbox.clickMiddle()),
  back: () => (state.get("compare") ? compare() : toolbox.cancel()),
});

state.on("findings", ({ findings: found }) => state.set({ audit: { findings: found.filter(({ part }) => part === "land") } }));
state.on("arc", () => layer.soon());
state.on("landKey", ({ landKey }) => (mapwrap.dataset.land = landKey));
state.on(["landKey", "load", "locked", "isNear"], () => layer.soon());
state.on(["isNear", "compare"], () => (showLayers(), tiles.refill(), labels.place()));
state.on("revision", () => {
  tiles.store = createTileStore();
  if (!state.get("isNear")) tiles.refill();
});
state.on("compare", ({ compare: isOn }) => movedGround.outline(isOn && state.get("compare")).catch(tellOrThrow));
state.on("sheet", () => (tiles.repaint(), older.repaint()));
map.on("moveend zoomend", lookAround);
WIDE.addEventListener("change", lookAround);
tiles.on("loading", () => mapwrap.setAttribute("aria-busy", "true"));
tiles.on("load", () => mapwrap.setAttribute("aria-busy", "false"));
tiles.on("drawn", L.Util.throttle(() => state.get("compare") && facts.compare(), COMPARE_WAIT_MS));

if (!keepView(map) && page.bounds) home();
scaleBar(map);
begin().catch(tellOrThrow);

async function begin() {
  const [catalogue, { versions }] = await Promise.all([api.layers(), api.versions(), bench.reload()]);
  const newest = Math.max(0, ...versions.filter(({ state: how }) => how !== "withdrawn").map(({ number }) => number));
  const begins = Math.max(0, ...versions.filter(({ number }) => number === newest).map(({ effective_from: from }) => Date.parse(from)));
  state.set({ layers: catalogue, newest, newestBegins: begins, isLoaded: true });
  map.addLayer(tiles).addLayer(labels).addLayer(layer);
  lookAround();
  facts.refresh();
  setInterval(() => document.hidden || bench.catchUp().catch(tellOrThrow), CATCH_UP_MS);
  await facts.check();
}

/** Take what suits the zoom: handles near in, tiles of the whole draft far out. */
function lookAround() {
  const isNear = map.getZoom() >= NEAR_ZOOM && !state.get("compare") && WIDE.matches;
  state.set({ zoom: map.getZoom(), isNear, isDrawing: isNear && state.get("isLoaded") });
  mapwrap.classList.toggle("is-near", isNear);
  if (!isNear || !state.get("isLoaded")) return;
  bench.refresh();
  streets.refresh();
}

/** Show the older boundaries only beside the draft's. */
function showLayers() {
  for (const one of [older, olderLabels]) state.get("compare") ? map.addLayer(one) : map.removeLayer(one);
  lookAround();
}

function compareWords() {
  const figure = state.get("sheet")?.max_over_mean;
  const words = (name, value) => (figure ? t("{name} · most / mean {value}", { name, value: value.toFixed(2) }) : name);
  const base = state.get("draft")?.base;
  return { before: words(base ? t("Base V{number}", { number: base }) : t("Base"), figure?.before), after: words(t("Draft"), figure?.after) };
}

function moved(turn) {
  return async ({ currentTarget: button } = {}) => {
    const isShown = await turn().catch(tellOrThrow);
    button?.setAttribute("aria-pressed", String(Boolean(isShown)));
  };
}

async function balance() {
  const land = bench.land();
  const arc = land?.arcs[state.get("arc")];
  const codes = [...new Set((arc?.sides.filter(Boolean) ?? []).map((code) => land.ownerOf(code)))];
  if (codes.length < 2) return toast(t("Choose a border first: the two grids beside it are balanced."));
  return balanceDialog(bench, codes).catch(tellOrThrow);
}

let lastFinding = -1;
function nextFinding() {
  const placed = state.get("findings").filter(({ lon, part }) => Number.isFinite(lon) && part !== "duties");
  if (!placed.length) return toast(t("The audit has no finding with a place on the map."));
  lastFinding = (lastFinding + 1) % placed.length;
  return goTo(placed[lastFinding]);
}

function toLatLngs([west, south, east, north]) {
  return [[south, west], [north, east]];
}

function tellOrThrow(problem) {
  if (!("status" in problem)) throw problem;
  toast(problem.message, { name: "alert" });
}
