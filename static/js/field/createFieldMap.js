import { api } from "../api.js";
import { caseMark } from "../map/cases/caseMark.js";
import { CityLabels } from "../map/labels/CityLabels.js";
import { createPalette } from "../map/scene/createPalette.js";
import { createPanes } from "../map/scene/createPanes.js";
import { CityTiles } from "../map/tiles/CityTiles.js";
import { createFeatureStore } from "../map/tiles/createFeatureStore.js";
import { createTileStore } from "../map/tiles/createTileStore.js";
import { page } from "../pageData.js";

const HIDDEN = new Set(["administrative_district", "component", "point_of_interest", "evaluated_area"]);
const NEAREST_ZOOM = 19;
const store = createTileStore();
const drawn = new Set();
const repaintAll = () => drawn.forEach((tiles) => tiles.repaint());
let layers = [];
const features = createFeatureStore((zoom) => layers.filter(({ id, zoom_min: from }) => zoom >= from && !HIDDEN.has(id)), repaintAll);

/**
 * Draw the city's grids in a box of the page: the phone's own map, which works from what it has kept.
 * @param {HTMLElement} container in the page already
 * @returns {{map: L.Map, outline: Function, marks: Function, me: Function, repaint: Function}}
 */
export function createFieldMap(container) {
  const map = L.map(container, { zoomControl: false, attributionControl: false, keyboard: false, minZoom: 7, maxZoom: NEAREST_ZOOM, fadeAnimation: false });
  map.fitBounds(toLatLngs(page.account?.area?.bounds ?? page.bounds ?? [119, 39, 120, 40]), { animate: false });
  createPanes(map);
  let palette = createPalette();
  const scene = () => ({
    version: { version: page.boundaries?.version }, levels: page.boundaries?.levels ?? [], hidden: HIDDEN, unattended: new Set(),
    colour: () => null, palette, isPicture: false, hasLand: true,
  });
  const tiles = new CityTiles(scene, store, features);
  if (page.boundaries?.version) map.addLayer(tiles).addLayer(new CityLabels(tiles, scene));
  drawn.add(tiles);
  map.on("unload", () => drawn.delete(tiles));
  if (!layers.length) api.layers().then((found) => ((layers = found.filter(({ kind }) => kind !== "level")), repaintAll()), () => {});
  const renderer = L.svg({ pane: "spot" });
  const above = L.svg({ pane: "pin" });
  const area = L.layerGroup().addTo(map);
  const cases = L.layerGroup().addTo(map);
  const here = L.layerGroup().addTo(map);
  const shape = (geometry, style) => L.geoJSON(geometry, { pane: "spot", renderer, interactive: false, style: { fill: false, lineJoin: "round", ...style } }).addTo(area);

  /** Show one's own area in the brand's colour; what lies outside pales. */
  function outline(geometry) {
    area.clearLayers();
    if (!geometry) return;
    const rings = (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates).map(([outer]) => outer.map(([lon, lat]) => [lat, lon]));
    L.polygon([WORLD, ...rings], { pane: "spot", renderer, interactive: false, stroke: false, fillColor: "var(--surface)", fillOpacity: 0.45, fillRule: "evenodd" }).addTo(area);
    shape(geometry, { color: "var(--select-halo)", weight: 6 });
    shape(geometry, { color: "var(--brand)", weight: 3 });
  }

  /** Show cases; `open` hears the number of the one that is touched. */
  function marks(list, open) {
    cases.clearLayers();
    for (const { number, lon, lat, look, title } of list) {
      const icon = L.divIcon({ html: caseMark(look), className: "caseicon", iconSize: [34, 34] });
      L.marker([lat, lon], { icon, title, alt: title, keyboard: false }).on("click", () => open(number)).addTo(cases);
    }
  }

  /** Show where the phone is, and how sure it is of that. */
  function me(position) {
    here.clearLayers();
    if (!position) return;
    const at = [position.lat, position.lon];
    L.circle(at, { pane: "pin", renderer: above, interactive: false, radius: position.accuracy, stroke: false, fillColor: "var(--focus)", fillOpacity: 0.16 }).addTo(here);
    L.circleMarker(at, { pane: "pin", renderer: above, interactive: false, radius: 8, color: "#fff", weight: 3, fillColor: "var(--focus)", fillOpacity: 1 }).addTo(here);
  }

  return { map, tiles, outline, marks, me, repaint: () => ((palette = createPalette()), tiles.repaint()) };
}

const WORLD = [[-85, -180], [-85, 180], [85, 180], [85, -180]];
const toLatLngs = ([west, south, east, north]) => [[south, west], [north, east]];
