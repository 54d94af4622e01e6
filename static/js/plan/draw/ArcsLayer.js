import { ViewCanvas } from "../../map/ViewCanvas.js";
import { borderStyle } from "../../map/tiles/borderStyle.js";
import { createBoxes } from "../../map/labels/createBoxes.js";
import { drawText } from "../../map/labels/drawText.js";
import { labelText } from "../../map/labels/labelText.js";
import { arcLevel } from "../land/arcLevel.js";
import { pointsOf } from "../land/pointsOf.js";

const ROLES_ORDER = ["unit_grid", "responsibility_grid", "community", "evaluated_area"];
const SMALL_PX = 46;

/**
 * The neighbourhood that is edited, on one canvas: fills of the grids at work, every border once, numbers and people.
 *
 * `look` is asked at each drawing: `{land, palette, fills: Map(code → {colour, alpha}), locked: Set, moving: Map(arc → line), hovered}`.
 */
export const ArcsLayer = ViewCanvas.extend({
  options: { pane: "arcs" },

  initialize(look) {
    Object.assign(this, { look, asked: false });
  },

  /** Draw again with the next frame. */
  soon() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      if (this._map && !this.canvas.hidden) this.draw();
    });
  },

  draw() {
    const context = this.canvas.getContext("2d");
    const look = this.look();
    this.clear(context);
    if (!look.land) return;
    this.toPixel = this.projection();
    this.drawFills(context, look, (i) => look.moving.get(i) ?? look.land.arcs[i].line);
    if (look.moving.size) {
      this.drawStill(context, look);
      this.drawArcs(context, look, [...look.moving].map(([i, line]) => ({ ...look.land.arcs[i], line })));
    } else {
      this.still = null;
      this.drawArcs(context, look, look.land.arcs);
      this.drawNames(context, look);
    }
  },

  /** Put what stands still during a move on the canvas: it is drawn once a move, not once a frame. */
  drawStill(context, look) {
    const moving = [...look.moving.keys()].join();
    if (this.still?.moving !== moving || this.still.origin !== this.origin) {
      const canvas = Object.assign(document.createElement("canvas"), { width: this.canvas.width, height: this.canvas.height });
      this.clear(canvas.getContext("2d"));
      this.drawArcs(canvas.getContext("2d"), look, look.land.arcs.filter(({ number }) => !look.moving.has(number)));
      this.drawNames(canvas.getContext("2d"), look);
      this.still = { moving, origin: this.origin, canvas };
    }
    context.drawImage(this.still.canvas, 0, 0, this.width, this.height);
  },

  /** Return a function from lon, lat to canvas pixels: Mercator by hand, as thousands of vertices are drawn a frame. */
  projection() {
    const size = 256 * 2 ** this._map.getZoom();
    const shift = this._map.getPixelOrigin().add(this.origin);
    return ([lon, lat]) => {
      const sine = Math.sin((lat * Math.PI) / 180);
      return [size * (lon / 360 + 0.5) - shift.x, size * (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) - shift.y];
    };
  },

  drawFills(context, { land, fills, locked, palette }, lineOf) {
    for (const [code, { colour, alpha }] of fills) {
      const path = this.gridPath(land, code, lineOf);
      if (!path) continue;
      Object.assign(context, { fillStyle: palette[colour] ?? colour, globalAlpha: alpha });
      context.fill(path, "evenodd");
    }
    context.globalAlpha = 1;
    for (const code of [...locked].flatMap((owner) => land.membersOf(owner))) {
      const path = this.gridPath(land, code, lineOf);
      if (path) hatch(context, path, palette["text-2"]);
    }
  },

  gridPath(land, code, lineOf) {
    const shape = land.shapeOf(code);
    if (!shape) return null;
    const path = new Path2D();
    for (const ring of shape.rings) this.trace(path, pointsOf(ring, lineOf), true);
    return path;
  },

  trace(path, line, isClosed = false) {
    line.forEach((position, i) => (i ? path.lineTo(...this.toPixel(position)) : path.moveTo(...this.toPixel(position))));
    if (isClosed) path.closePath();
  },

  drawArcs(context, { land, palette, hovered }, arcs) {
    const byLevel = Map.groupBy(arcs, (arc) => arcLevel(arc, land.grids));
    Object.assign(context, { lineJoin: "round", lineCap: "butt" });
    const levels = [...byLevel.keys()].sort((a, b) => ROLES_ORDER.indexOf(a) - ROLES_ORDER.indexOf(b));
    for (const level of levels) {
      const path = new Path2D();
      for (const { line } of byLevel.get(level)) this.trace(path, line);
      const { width, dash, alpha, band, colour } = borderStyle(level, palette, this._map.getZoom());
      if (band) stroke(context, path, palette["sub-band"], band, [], 1);
      stroke(context, path, colour, width * 1.25, dash, Math.min(1, alpha * 1.3));
    }
    const under = hovered === null ? null : arcs.find(({ number }) => number === hovered);
    if (!under) return;
    const path = new Path2D();
    this.trace(path, under.line);
    stroke(context, path, palette["select-halo"], 7, [], 0.9);
    stroke(context, path, palette[under.locked ? "text-2" : "brand"], 3.5, [], 1);
  },

  /** Write number, person and load on each grid that has room; the finest stay unnamed. */
  drawNames(context, look) {
    const { land, palette, tags } = look;
    Object.assign(context, { textAlign: "center", textBaseline: "middle", lineJoin: "round" });
    const boxes = createBoxes(this.width, this.height);
    const owners = Map.groupBy(land.own.keys(), (code) => land.ownerOf(code));
    for (const [owner, members] of owners) {
      const at = this.middle(land, members);
      if (!at || at.width < SMALL_PX) continue;
      const [x, y] = this.toPixel(at.point);
      const lines = [nameOf(land, owner), land.grids[owner]?.person, tags.get(owner)].filter(Boolean);
      if (at.width < 92) lines.length = 1;
      if (!boxes.reserve(x, y, Math.max(40, lines[0].length * 10), 16 * lines.length)) continue;
      lines.forEach((text, i) => drawText(context, { text, x, y: y + (i - (lines.length - 1) / 2) * 15, ...STYLE[Math.min(i, 1)] }, { font: palette.font, colour: palette[i ? "text-2" : "text"], halo: palette["map-halo"] }));
    }
  },

  /** Return a point inside the widest member, and how wide all are on the screen; null where none is whole in sight. */
  middle(land, members) {
    const shapes = members.map((code) => land.shapeOf(code)).filter(Boolean);
    if (!shapes.length) return null;
    const west = Math.min(...shapes.map(({ box }) => box[0]));
    const east = Math.max(...shapes.map(({ box }) => box[2]));
    const centre = [(west + east) / 2, (Math.min(...shapes.map(({ box }) => box[1])) + Math.max(...shapes.map(({ box }) => box[3]))) / 2];
    const nearest = shapes.map(({ middle }) => middle).sort((a, b) => Math.hypot(a[0] - centre[0], a[1] - centre[1]) - Math.hypot(b[0] - centre[0], b[1] - centre[1]))[0];
    return { point: nearest, width: ((east - west) / 360) * 256 * 2 ** this._map.getZoom() };
  },
});

const STYLE = [{ size: 12.5, weight: 700, halo: 3.5 }, { size: 11, weight: 400, halo: 3 }];

const nameOf = ({ grids }, owner) => labelText(grids[owner]?.level ?? "responsibility_grid", { code: owner, name: grids[owner]?.name ?? "", nameEn: grids[owner]?.name_en });

function stroke(context, path, colour, width, dash, alpha) {
  context.setLineDash(dash);
  Object.assign(context, { strokeStyle: colour, lineWidth: width, globalAlpha: alpha });
  context.stroke(path);
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function hatch(context, path, colour) {
  context.save();
  context.clip(path, "evenodd");
  context.globalAlpha = 0.35;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  const { width, height } = context.canvas;
  for (let at = -height; at < width; at += 9) {
    context.moveTo(at, 0);
    context.lineTo(at + height, height);
  }
  context.stroke();
  context.restore();
}
