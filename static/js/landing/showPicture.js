import { api } from "../api.js";
import { colourOf } from "../map/scene/colourOf.js";
import { createPalette } from "../map/scene/createPalette.js";
import { createPanes } from "../map/scene/createPanes.js";
import { CityTiles } from "../map/tiles/CityTiles.js";
import { createFeatureStore } from "../map/tiles/createFeatureStore.js";
import { createTileStore } from "../map/tiles/createTileStore.js";
import { page } from "../pageData.js";
import { PictureLabels } from "./PictureLabels.js";

const LAYERS = [{ id: "road", geometry: "line" }, { id: "river", geometry: "line" }, { id: "railway", geometry: "line" }, { id: "water", geometry: "polygon" }];
const NEIGHBOURS = { kind: "neighbours" };
const NEAR_ZOOM = 15;
const LIFTED = 0.1;
const FINEST = "unit_grid";
const NAMED = new Set(["evaluated_area", "subdistrict"]);

/**
 * Draw the middle of the city to be looked at: neighbours told apart, streets, names.
 * @param {L.Map|undefined} map
 * @param {number} zoom
 * @returns {{ready: Promise<void>, repaint: () => void}} `ready` holds once the map shows the city, and fails where there is none
 */
export function showPicture(map, zoom) {
  if (!map || !page.heart) return { ready: Promise.reject(), repaint: () => {} };
  let repaint = () => {};
  const ready = Promise.all([api.levels(), api.versions()]).then(([{ levels }, { versions }]) => {
    repaint = drawn(map, zoom, levels, versions);
  });
  return { ready, repaint: () => repaint() };
}

function drawn(map, zoom, levels, versions) {
  const hidden = new Set([FINEST]);
  const version = { version: versions.find(({ state }) => state === "current")?.number };
  let palette = createPalette();
  const scene = () => ({ version, levels, hidden, palette, colour: colourOf(NEIGHBOURS, palette), unattended: new Set(), hasLand: true, isPicture: true, named: NAMED });
  const tiles = new CityTiles(scene, createTileStore(), createFeatureStore(() => LAYERS, () => tiles.repaint()));
  const names = new PictureLabels(tiles, scene);
  place(map, zoom);
  createPanes(map);
  map.addLayer(tiles).addLayer(names);
  map.on("resize", () => place(map, zoom));
  map.on("click", ({ latlng }) => open(latlng));
  return () => {
    palette = createPalette();
    tiles.repaint();
    names.place();
  };
}

/** The heart of the city stands in the middle of what the words beside it leave free, and a little higher. */
function place(map, zoom) {
  const [lon, lat] = page.heart;
  const { x, y } = map.getSize();
  const words = document.querySelector(".hero .box")?.getBoundingClientRect();
  const aside = words && words.right < x * 0.7 ? words.right / 2 : 0;
  const at = map.project([lat, lon], zoom).subtract([aside, -y * LIFTED]);
  map.setView(map.unproject(at, zoom), zoom, { animate: false });
}

/** Who answers there is told by the map itself. */
function open({ lat, lng }) {
  const [y, x] = [lat.toFixed(6), lng.toFixed(6)];
  location.href = `/map#map=${NEAR_ZOOM}/${y}/${x}&spot=${x},${y}`;
}
