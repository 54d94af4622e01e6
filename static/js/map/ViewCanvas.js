/**
 * A canvas as large as the view and a little more, placed anew when the map comes to rest and hidden while it zooms.
 *
 * What extends it says `pane` (also the class of the canvas) and `padding` (share of the view that is drawn beyond each
 * edge) in its options, and draws in `draw()`, in pixels of the page from `this.origin`.
 */
export const ViewCanvas = L.Layer.extend({
  options: { padding: 0.15 },
  ratio: Math.min(window.devicePixelRatio || 1, 2),

  onAdd(map) {
    this.canvas = L.DomUtil.create("canvas", this.options.pane, map.getPane(this.options.pane));
    this.place();
  },

  onRemove() {
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
    const pad = L.point(Math.round(size.x * this.options.padding), Math.round(size.y * this.options.padding));
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

  /** Make a context draw in pixels of the page, on nothing. */
  clear(context) {
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
  },
});
