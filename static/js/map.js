import { api } from "./api.js";
import { createState } from "./createState.js";
import { element } from "./element.js";
import { t } from "./i18n.js";
import { basemapLayer } from "./map/basemapLayer.js";
import { departmentsDialog } from "./map/card/departmentsDialog.js";
import { ownerCard } from "./map/card/ownerCard.js";
import { caseLegend } from "./map/cases/caseLegend.js";
import { reportDialog } from "./map/cases/reportDialog.js";
import { showCases } from "./map/cases/showCases.js";
import { clearOfFloats } from "./map/clearOfFloats.js";
import { layerTree } from "./map/controls/layerTree.js";
import { mapChips } from "./map/controls/mapChips.js";
import { mapKeys } from "./map/controls/mapKeys.js";
import { mapTools } from "./map/controls/mapTools.js";
import { measureSection } from "./map/controls/measureSection.js";
import { scaleBar } from "./map/controls/scaleBar.js";
import { showTip } from "./map/controls/showTip.js";
import { findingsList } from "./map/findings/findingsList.js";
import { showFindings } from "./map/findings/showFindings.js";
import { tonightSection } from "./map/findings/tonightSection.js";
import { wholesStrip } from "./map/findings/wholesStrip.js";
import { goToHit } from "./map/goToHit.js";
import { keepAddress } from "./map/keepAddress.js";
import { CityLabels } from "./map/labels/CityLabels.js";
import { loadCity } from "./map/loadCity.js";
import { noGrids } from "./map/noGrids.js";
import { createPalette } from "./map/scene/createPalette.js";
import { createPanes } from "./map/scene/createPanes.js";
import { createScene } from "./map/scene/createScene.js";
import { showSpot } from "./map/showSpot.js";
import { CityTiles } from "./map/tiles/CityTiles.js";
import { createFeatureStore } from "./map/tiles/createFeatureStore.js";
import { createTileStore } from "./map/tiles/createTileStore.js";
import { asofButton } from "./map/time/asofButton.js";
import { pastBar } from "./map/time/pastBar.js";
import { timeDialog } from "./map/time/timeDialog.js";
import { timeRuler } from "./map/time/timeRuler.js";
import { page } from "./pageData.js";
import { searchBox } from "./shell/searchBox.js";
import { startShell } from "./shell/startShell.js";
import { toast } from "./toast.js";

const SPOT_ZOOM = 16;
const FIRST_CATEGORY = "06010";
const HIDDEN_AT_FIRST = ["administrative_district", "component", "point_of_interest"];

const { map, cases } = L.gridmgr;
const state = createState({
  versions: [], drafts: [], levels: [], layers: [], measures: [], categories: new Map(), cases: [],
  hidden: new Set(HIDDEN_AT_FIRST), zoom: map.getZoom(), measureId: "open_cases", category: FIRST_CATEGORY,
  version: null, audit: null, measure: null, at: null, draft: null, spot: null, whole: null, isOld: false, hasCatalogue: false, tick: 0,
});

let palette = createPalette();
createPanes(map);
const basemap = basemapLayer(page.basemap)?.addTo(map);
const shownLayers = (zoom) => state.get("layers").filter(({ id, zoom_min }) => zoom >= zoom_min && !state.get("hidden").has(id));
const features = createFeatureStore(shownLayers, () => tiles.repaint());
const scene = createScene(state, () => palette, { hasLand: !basemap });
const tiles = new CityTiles(scene, createTileStore(), features);
const labels = new CityLabels(tiles, scene);
const spotMark = showSpot(map);

const home = () => map.fitBounds(toLatLngs(page.account?.area?.bounds ?? page.bounds), { ...clearOfFloats(), animate: false });
const toLatLngs = ([west, south, east, north]) => [[south, west], [north, east]];
const choose = (spot) => state.set({ spot });
const goTo = ({ lon, lat }) => (map.setView([lat, lon], Math.max(map.getZoom(), SPOT_ZOOM)), choose({ lon, lat }));
const pickTime = () => timeDialog(state);
const backToNow = () => state.set({ at: null, draft: null });
const report = () => (state.get("spot") ? reportDialog(state, () => loadAgain()) : toast(t("Click a spot first: the report is about that spot.")));
const loadAgain = () => state.set({ tick: Date.now() });
const openFinding = (finding) => {
  if (!Number.isFinite(finding.lon)) return;
  map.setView([finding.lat, finding.lon], Math.max(map.getZoom(), SPOT_ZOOM));
  findings.pulse(finding);
  state.set({ whole: finding.part });
};

startShell(() => {
  palette = createPalette();
  tiles.repaint();
  labels.place();
});
const mapwrap = document.getElementById("mapwrap");
const left = document.getElementById("left");
const section = () => left.appendChild(element("div.sec"));
const findings = showFindings(map, state, openFinding);
findingsList(section(), state, openFinding);
tonightSection(section(), state, { finding: openFinding, goTo });
layerTree(section(), state);
measureSection(section(), state);
caseLegend(section());
wholesStrip(state, (whole) => (state.set({ whole }), left.classList.add("open"), left.scrollTo(0, 0)));
mapChips(state, { pickTime, list: (whole) => (state.set({ whole }), left.classList.add("open")) });
asofButton(state, pickTime);
pastBar(state, backToNow);
timeRuler(state, pickTime);
mapTools(map, { home, choose });
showCases(cases, state, goTo);
showTip(map, tiles, state);
ownerCard(state, {
  close: () => choose(null), report, pickTime, goTo,
  goToGrid: async (code) => goToHit(map, { kind: "grid", level: "responsibility_grid", ...(await gridPlace(code)) }, choose),
  allDepartments: () => departmentsDialog(state),
  drawGrid: (shape, spot) => spot === state.get("spot") && spotMark.surround(shape, spot),
});
const search = searchBox(() => state.get("version"), (hit) => goToHit(map, hit, choose));
mapKeys(map, {
  search: search.focus, pickTime, backToNow, report, nextFinding,
  whoIsHere: () => choose({ lon: map.getCenter().lng, lat: map.getCenter().lat }),
  back: () => (state.get("whole") ? state.set({ whole: null }) : choose(null)),
});
document.getElementById("credit").textContent = page.basemap?.attribution ?? (page.city.is_schematic ? t("Schematic base map, drawn offline") : t("Drawn offline from the city's own layers"));

state.on("spot", ({ spot }) => {
  mapwrap.classList.toggle("has-card", Boolean(spot));
  if (!spot) return spotMark.clear();
  spotMark.drop(spot);
  map.panInside([spot.lat, spot.lon], clearOfFloats());
});
state.on(["measure", "audit", "layers"], () => tiles.repaint());
state.on(["hidden", "levels", "version"], ({ levels }) => levels.length && (map.hasLayer(tiles) ? (tiles.refill(), labels.place()) : map.addLayer(tiles).addLayer(labels)));
map.on("click", ({ latlng }) => (left.classList.remove("open"), choose({ lon: latlng.lng, lat: latlng.lat })));
map.on("zoomend", () => state.set({ zoom: map.getZoom() }));
tiles.on("loading", () => mapwrap.setAttribute("aria-busy", "true"));
tiles.on("load", () => mapwrap.setAttribute("aria-busy", "false"));
tiles.on("failed", () => state.set({ isOld: true }));

if (!keepAddress(map, state) && page.bounds) home();
scaleBar(map);
if (page.boundaries) loadCity(state).catch(tellOrThrow);
else noGrids(mapwrap);

function tellOrThrow(problem) {
  if (!("status" in problem)) throw problem;
  toast(problem.message, { name: "alert" });
}

let lastFinding = -1;
function nextFinding() {
  const placed = (state.get("audit")?.findings ?? []).filter(({ lon, part }) => Number.isFinite(lon) && part !== "duties");
  if (!placed.length) return toast(t("The audit has no finding with a place on the map."));
  lastFinding = (lastFinding + 1) % placed.length;
  openFinding(placed[lastFinding]);
}

async function gridPlace(code) {
  const { place, bounds } = await api.grid(code, state.get("version"));
  return { place, bounds };
}
