import { createBoxes } from "./createBoxes.js";
import { drawText } from "./drawText.js";
import { gridLabels } from "./gridLabels.js";
import { roadNames } from "./roadNames.js";
import { streetsInView } from "./streetsInView.js";

const PADDING = 0.12;
const WAIT_MS = 120;
const CASE_PX = 24;

/**
 * Names over the map, each once and none over another.
 *
 * One canvas as large as the view and a little more; placed anew when the map
 * comes to rest. What does not fit is left out.
 */
export const CityLabels = L.Layer.extend({
  initialize(tiles, scene) {
    Object.assign(this, { tiles, scene, ratio: Math.min(window.devicePixelRatio || 1, 2) });
  },

  onAdd(map) {
    this.canvas = L.DomUtil.create("canvas", "labels", map.getPane("labels"));
    this.soon = L.Util.throttle(this.place, WAIT_MS, this);
    this.tiles.on("drawn load", this.soon, this);
    this.place();
  },

  onRemove() {
    this.tiles.off("drawn load", this.soon, this);
    this.canvas.remove();
  },

  getEvents() {
    return { moveend: this.place, zoomend: this.place, viewreset: this.place, zoomstart: this.hide };
  },

  hide() {
    this.canvas.hidden = true;
  },

  place() {
    if (!this._map || this._map._animatingZoom) return;
    const size = this._map.getSize();
    const pad = L.point(Math.round(size.x * PADDING), Math.round(size.y * PADDING));
    this.origin = this._map.containerPointToLayerPoint(pad.multiplyBy(-1));
    this.resize(size.add(pad.multiplyBy(2)));
    L.DomUtil.setPosition(this.canvas, this.origin);
    this.canvas.hidden = false;
    this.draw();
  },

  resize({ x, y }) {
    if (this.width === x && this.height === y) return;
    Object.assign(this, { width: x, height: y });
    Object.assign(this.canvas, { width: x * this.ratio, height: y * this.ratio });
    Object.assign(this.canvas.style, { width: `${x}px`, height: `${y}px` });
  },

  draw() {
    const context = this.canvas.getContext("2d");
    const scene = this.scene();
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    Object.assign(context, { textAlign: "center", textBaseline: "middle", lineJoin: "round" });
    const boxes = this.boxesWithMarks();
    for (const label of gridLabels(this, scene, boxes, context)) this.write(context, label, scene.palette);
    const streets = streetsInView(this.tiles, (units, tile) => this.fromTile(units, tile));
    for (const letter of roadNames(streets, boxes)) this.write(context, { ...letter, size: 11.5, weight: 400, colour: "map-label" }, scene.palette);
  },

  write(context, label, palette) {
    drawText(context, label, { font: palette.font, colour: palette[label.colour], halo: palette["map-halo"] });
  },

  /** Return a sheet on which cases, clusters and the pin have their places already. */
  boxesWithMarks() {
    const boxes = createBoxes(this.width, this.height);
    this._map.eachLayer((layer) => {
      if (!(layer instanceof L.Marker)) return;
      const { x, y } = this.fromLatLng(layer.getLatLng());
      boxes.block(x - CASE_PX, y - CASE_PX, x + CASE_PX, y + CASE_PX);
    });
    return boxes;
  },

  /** Return where `latlng` lies on the canvas. */
  fromLatLng(latlng) {
    return this._map.latLngToLayerPoint(latlng).subtract(this.origin);
  },

  /** Return where a world pixel of the tiles' zoom lies on the canvas. */
  fromTile([x, y]) {
    return L.point(x, y).subtract(this._map.getPixelOrigin()).subtract(this.origin);
  },
});
