import { levelsAt } from "../scene/levelsAt.js";
import { createDrawQueue } from "./createDrawQueue.js";
import { drawTile } from "./drawTile.js";

const probe = document.createElement("canvas").getContext("2d");

/**
 * The grids of the city on canvas, one tile at a time.
 *
 * `scene` is asked at each drawing, so that another measure, theme or layer
 * is a repaint of what is here: nothing is fetched again.
 */
export const CityTiles = L.GridLayer.extend({
  options: { pane: "city", updateWhenZooming: false, keepBuffer: 2, minZoom: 0 },

  initialize(scene, store, features) {
    L.GridLayer.prototype.initialize.call(this);
    Object.assign(this, { scene, store, features, ratio: Math.min(window.devicePixelRatio || 1, 2) });
    this.queue = createDrawQueue((tile) => this.drawOne(tile));
    this.on("tileunload", ({ tile }) => this.queue.drop(tile));
  },

  createTile(coords, done) {
    const tile = L.DomUtil.create("canvas");
    tile.width = tile.height = this.getTileSize().x * this.ratio;
    tile.coords = { x: coords.x, y: coords.y, z: coords.z };
    tile.done = done;
    this.fill(tile);
    return tile;
  },

  /** Fetch what `tile` shows now, then have it drawn. */
  async fill(tile) {
    const { main, overlay } = this.levelsAt(tile.coords.z);
    const version = this.scene().version;
    const asked = (tile.asked = {});
    try {
      const loads = [main, overlay].map((level) => level && this.store.load(level, tile.coords, version));
      const found = await Promise.all(loads);
      if (tile.asked !== asked) return;
      [tile.main, tile.overlay] = found;
      this.queue.add(tile);
    } catch (problem) {
      tile.done?.(problem, tile);
      this.fire("failed", { problem });
    }
  },

  drawOne(tile) {
    const scene = this.scene();
    const { shown } = this.levelsAt(tile.coords.z);
    const features = this.features.at(tile.coords, tile.width);
    drawTile(tile.getContext("2d"), { ...scene, main: tile.main, overlay: tile.overlay, shown, features, zoom: tile.coords.z }, tile.width, this.ratio);
    tile.done?.(null, tile);
    tile.done = null;
    this.fire("drawn");
  },

  /** Draw every tile again from what is already here. */
  repaint() {
    for (const { el } of Object.values(this._tiles ?? {})) if (el.main) this.queue.add(el);
  },

  /** Fetch and draw every tile again, for another version or other levels; what stands remains until then. */
  refill() {
    for (const { el } of Object.values(this._tiles ?? {})) this.fill(el);
  },

  levelsAt(zoom) {
    const { levels, hidden } = this.scene();
    return levelsAt(levels, zoom, hidden);
  },

  /** Return the tiles on the screen: `{coords, main}`. */
  shownTiles() {
    return Object.values(this._tiles ?? {}).filter(({ current, el }) => current && el.main).map(({ el }) => el);
  },

  /** Return the code of the grid drawn at `latlng`, or null. */
  codeAt(latlng) {
    const side = this.getTileSize().x;
    const at = this._map.project(latlng, this._tileZoom);
    const here = this._tiles?.[`${Math.floor(at.x / side)}:${Math.floor(at.y / side)}:${this._tileZoom}`]?.el;
    if (!here?.main) return null;
    const units = here.main.extent / side;
    const [x, y] = [(at.x % side) * units, (at.y % side) * units];
    const covers = ({ path, box }) => x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3] && probe.isPointInPath(path, x, y, "evenodd");
    return here.main.fills.find(covers)?.code ?? null;
  },
});
