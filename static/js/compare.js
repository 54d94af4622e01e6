import { api } from "./api.js";
import { createState } from "./createState.js";
import { element } from "./element.js";
import { icon } from "./icon.js";
import { t } from "./i18n.js";
import { keys } from "./keys.js";
import { basemapLayer } from "./map/basemapLayer.js";
import { scaleBar } from "./map/controls/scaleBar.js";
import { goToHit } from "./map/goToHit.js";
import { CityLabels } from "./map/labels/CityLabels.js";
import { createPalette } from "./map/scene/createPalette.js";
import { createPanes } from "./map/scene/createPanes.js";
import { CityTiles } from "./map/tiles/CityTiles.js";
import { createFeatureStore } from "./map/tiles/createFeatureStore.js";
import { createTileStore } from "./map/tiles/createTileStore.js";
import { page } from "./pageData.js";
import { differenceLayer } from "./plan/compare/differenceLayer.js";
import { differenceList } from "./plan/compare/differenceList.js";
import { sides } from "./plan/compare/sides.js";
import { sidesForm } from "./plan/compare/sidesForm.js";
import { compareSlider } from "./plan/draw/compareSlider.js";
import { keepView } from "./plan/keepView.js";
import { planTools } from "./plan/panels/planTools.js";
import { keysDialog } from "./shell/keysDialog.js";
import { searchBox } from "./shell/searchBox.js";
import { startShell } from "./shell/startShell.js";
import { toast } from "./toast.js";

const PAN_PX = 120;
const FINE = new Set(["responsibility_grid", "unit_grid"]);
const DRAWN = new Set(["road", "river", "railway", "water"]);
const KEYS = () => [
  ["F", t("next difference; with ⇧ the one before")], ["X", t("turn round")], ["← →", t("move the divide, where it has the focus; else the map")],
  ["+ −", t("zoom")], ["/", t("search")], ["G M", t("to the map")], ["G P", t("to the drafts")], ["?", t("this list")], ["Esc", t("back")],
];

const { map } = L.gridmgr;
const state = createState({ versions: [], drafts: [], before: null, after: null, features: null, problem: "", at: null, layers: [], compare: false, cut: 0.5 });
let palette = createPalette();
createPanes(map);
map.createPane("before").style.zIndex = "251";
const basemap = basemapLayer(page.basemap)?.addTo(map);
const features = createFeatureStore((zoom) => state.get("layers").filter(({ id, zoom_min }) => zoom >= zoom_min && DRAWN.has(id)), () => (right.repaint(), left.repaint()));
const scene = (side) => () => ({
  levels: page.boundaries?.levels ?? [], unattended: new Set(), hidden: new Set(), isPicture: false, hasLand: !basemap, palette, colour: () => null, version: sides.tiles(state.get(side)),
});
const right = new CityTiles(scene("after"), createTileStore(), features);
const left = new CityTiles(scene("before"), createTileStore(), features);
L.setOptions(left, { pane: "before" });
const labels = { right: new CityLabels(right, scene("after")), left: new CityLabels(left, scene("before")) };
const mapwrap = document.getElementById("mapwrap");
const note = document.getElementById("note");
const list = document.getElementById("facts").appendChild(element("div.scroll", { tabindex: 0, "aria-label": t("What changes") })).appendChild(element("section.sec"));

const home = () => shapes.whole() || (page.bounds && map.fitBounds(toLatLngs(page.bounds), { animate: false }));
const open = (number) => (state.set({ at: null }), state.set({ at: number }));
const form = sidesForm(document.getElementById("sides"), state);
const shapes = differenceLayer(map, state, open);
const file = element("a.btn", { id: "file", download: "difference.geojson" }, icon("download", "s"), t("GeoJSON"));
document.getElementById("comparing-actions").append(file);
differenceList(list, state, open);
planTools(map, () => home());
compareSlider(map, state, {
  before: () => left.getContainer(), after: () => right.getContainer(), labels: () => [labels.left.canvas, labels.right.canvas],
  words: () => ({ before: form.words(state.get("before")), after: form.words(state.get("after")) }), legend: null,
});
scaleBar(map);

startShell(() => {
  palette = createPalette();
  for (const one of [left, right]) one.repaint();
  for (const one of Object.values(labels)) one._map && one.place();
}, KEYS);
const search = searchBox(() => sides.tiles(state.get("after") ?? "v0"), (hit) => goToHit(map, hit, () => {}));
const pan = (x, y) => map.panBy([x * PAN_PX, y * PAN_PX]);
keys.listen({
  "/": search.focus, "?": () => keysDialog(KEYS()), f: ({ shiftKey }) => step(shiftKey ? -1 : 1), x: form.turn, Escape: () => location.assign("/plan"),
  "g m": () => location.assign("/map"), "g p": () => location.assign("/plan"), "+": () => map.zoomIn(), "=": () => map.zoomIn(), "-": () => map.zoomOut(),
  ArrowLeft: () => pan(-1, 0), ArrowRight: () => pan(1, 0), ArrowUp: () => pan(0, -1), ArrowDown: () => pan(0, 1),
});
state.on(["before", "after"], () => load().catch(tellOrThrow));
for (const one of [left, right]) one.on("loading load", () => mapwrap.setAttribute("aria-busy", String(left.isLoading() || right.isLoading())));
const isGiven = keepView(map);
let wasShown = false;
begin().catch(tellOrThrow);

async function begin() {
  if (!isGiven && page.bounds) map.fitBounds(toLatLngs(page.bounds), { animate: false });
  const asked = Object.fromEntries(new URLSearchParams(location.search));
  const [layers, { versions }, drafts] = await Promise.all([api.layers(), api.versions(), api.drafts.all()]);
  state.set({ layers, versions, drafts });
  const chosen = sides.default(asked, versions, drafts);
  if (!chosen.before) {
    mapwrap.setAttribute("aria-busy", "false");
    return state.set({ features: [], problem: t("There is nothing to compare yet: it takes two versions, or a draft begun on one.") });
  }
  return state.set(chosen);
}

/** Show the difference of the two sides: both maps, the list, and an address that can be sent. */
async function load() {
  const { before, after } = { before: state.get("before"), after: state.get("after") };
  if (!before || !after) return;
  history.replaceState(null, "", `?before=${before}&after=${after}${location.hash}`);
  state.set({ features: null, problem: "", at: null, compare: false });
  file.href = api.differenceAddress(before, after);
  note.textContent = t("comparing…");
  showMaps();
  const found = await api.difference(before, after).catch((problem) => problem);
  if (before !== state.get("before") || after !== state.get("after")) return;
  if (!found.features) {
    state.set({ features: [], problem: found.message });
    note.textContent = "";
    throw found;
  }
  state.set({ features: found.features.filter(isTold) });
  note.textContent = summary(found.features);
  if (!isGiven || wasShown) home();
  wasShown = true;
}

function showMaps() {
  for (const one of [right, left, labels.right, labels.left]) if (!one._map) map.addLayer(one);
  for (const one of [right, left]) one.refill();
  state.set({ compare: true });
}

function summary(found) {
  const grids = found.filter(({ properties }) => properties.feature === "grid");
  const count = (kind) => grids.filter(({ properties }) => properties.kind === kind).length;
  return t("{created} new, {dissolved} dissolved, {changed} changed", { created: count("created"), dissolved: count("dissolved"), changed: count("changed") });
}

/** Ground that changes hands is told once, by the grids that people know: an area above repeats what they say. */
const isTold = ({ properties: { feature, level } }) => feature === "grid" || FINE.has(level);

/** Go to the next place in the order of the list, or to the one before. */
function step(by) {
  const order = [...list.querySelectorAll("[data-number]")].map(({ dataset }) => Number(dataset.number));
  if (!order.length) return;
  const at = order.indexOf(state.get("at"));
  state.set({ at: order[(at + by + order.length + (at < 0 && by < 0 ? 1 : 0)) % order.length] });
}

function toLatLngs([west, south, east, north]) {
  return [[south, west], [north, east]];
}

function tellOrThrow(problem) {
  if (!("status" in problem)) throw problem;
  toast(problem.message, { name: "alert" });
}
