import { api } from "../../api.js";
import { createState } from "../../createState.js";
import { basemapLayer } from "../../map/basemapLayer.js";
import { scaleBar } from "../../map/controls/scaleBar.js";
import { CityLabels } from "../../map/labels/CityLabels.js";
import { createPalette } from "../../map/scene/createPalette.js";
import { createPanes } from "../../map/scene/createPanes.js";
import { createScene } from "../../map/scene/createScene.js";
import { CityTiles } from "../../map/tiles/CityTiles.js";
import { createFeatureStore } from "../../map/tiles/createFeatureStore.js";
import { createTileStore } from "../../map/tiles/createTileStore.js";
import { page } from "../../pageData.js";

const HIDDEN = ["administrative_district", "component", "point_of_interest", "findings"];

/**
 * Draw the city of now under the desk: grids, streets and names.
 * @param {L.Map} map
 * @returns {{repaint: () => void, version: object}} `repaint` after the theme has changed
 */
export function createGround(map) {
  const version = page.boundaries?.version ? { version: page.boundaries.version } : {};
  const ground = createState({ version, levels: page.boundaries?.levels ?? [], layers: [], hidden: new Set(HIDDEN), audit: null, measure: null });
  let palette = createPalette();
  createPanes(map);
  const basemap = basemapLayer(page.basemap)?.addTo(map);
  const features = createFeatureStore((zoom) => ground.get("layers").filter(({ id, zoom_min }) => zoom >= zoom_min && !ground.get("hidden").has(id)), () => tiles.repaint());
  const scene = createScene(ground, () => palette, { hasLand: !basemap });
  const tiles = new CityTiles(scene, createTileStore(), features);
  const labels = new CityLabels(tiles, scene);
  const wrap = document.getElementById("mapwrap");
  tiles.on("loading", () => wrap.setAttribute("aria-busy", "true"));
  tiles.on("load", () => wrap.setAttribute("aria-busy", "false"));
  if (page.boundaries) map.addLayer(tiles).addLayer(labels);
  api.layers().then((layers) => (ground.set({ layers: layers.filter(({ kind }) => kind !== "level") }), tiles.repaint()), () => {});
  scaleBar(map);
  return { version, repaint: () => ((palette = createPalette()), tiles.repaint(), labels.place()) };
}
