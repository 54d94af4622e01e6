import { ViewCanvas } from "../ViewCanvas.js";
import { createBoxes } from "./createBoxes.js";
import { drawText } from "./drawText.js";
import { gridLabels } from "./gridLabels.js";
import { roadNames } from "./roadNames.js";
import { streetsInView } from "./streetsInView.js";

const WAIT_MS = 120;
const CASE_PX = 24;

/**
 * Names over the map, each once and none over another.
 *
 * What does not fit is left out.
 */
export const CityLabels = ViewCanvas.extend({
  options: { pane: "labels", padding: 0.12 },

  initialize(tiles, scene) {
    Object.assign(this, { tiles, scene });
  },

  onAdd(map) {
    this.soon = L.Util.throttle(this.place, WAIT_MS, this);
    this.tiles.on("drawn load", this.soon, this);
    ViewCanvas.prototype.onAdd.call(this, map);
  },

  onRemove(map) {
    this.tiles.off("drawn load", this.soon, this);
    ViewCanvas.prototype.onRemove.call(this, map);
  },

  draw() {
    const context = this.canvas.getContext("2d");
    const scene = this.scene();
    this.clear(context);
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
