import { gcj02 } from "./gcj02.js";

/**
 * Return the configured basemap as a layer, or null.
 *
 * Tiles in GCJ-02 are moved to where they truly lie, by the offset at the
 * middle of the view: our own layers and every click stay WGS 84. Across a
 * screen the offset differs by less than three pixels.
 * @param {{url: string, crs: string, attribution: string}|null} basemap
 */
export function basemapLayer(basemap) {
  if (!basemap) return null;
  const Layer = basemap.crs === "gcj02" ? ShiftedTiles : L.TileLayer;
  return new Layer(basemap.url, { pane: "basemap", attribution: basemap.attribution, maxZoom: 19, maxNativeZoom: 18 });
}

const shifted = ({ lat, lng }) => {
  const [lon, north] = gcj02(lng, lat);
  return L.latLng(north, lon);
};

const ShiftedTiles = L.TileLayer.extend({
  getEvents() {
    const place = () => this._setZoomTransforms(this._map.getCenter(), this._map.getZoom());
    return { ...L.TileLayer.prototype.getEvents.call(this), moveend: () => (this._onMoveEnd(), place()) };
  },

  _getTiledPixelBounds(center) {
    return L.TileLayer.prototype._getTiledPixelBounds.call(this, shifted(center));
  },

  _setZoomTransform(level, center, zoom) {
    L.TileLayer.prototype._setZoomTransform.call(this, level, shifted(center), zoom);
  },
});
