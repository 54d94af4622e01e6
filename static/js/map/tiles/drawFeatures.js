/**
 * Draw the streets, rivers and rails of one tile.
 * @param {CanvasRenderingContext2D} context
 * @param {{features: {kind: string, main: boolean, path: Path2D, box: number[]}[], scale: number, left: number, top: number, metre: number}} place
 *        features in units of their chunk; `scale` canvas pixels a unit, `left, top` of the tile in units, `metre` units
 * @param {object} palette
 * @param {number} side of the tile in canvas pixels
 * @param {number} ratio canvas pixels a css pixel
 */
export function drawFeatures(context, place, palette, side, ratio) {
  const { scale, left, top } = place;
  context.setTransform(scale, 0, 0, scale, -left * scale, -top * scale);
  context.lineJoin = "round";
  context.lineCap = "round";
  const rim = (RIM_PX * ratio) / scale;
  const near = place.features.filter(({ box }) => box[0] - rim < left + side / scale && box[2] + rim > left && box[1] - rim < top + side / scale && box[3] + rim > top);
  for (const kind of ORDER) {
    const same = near.filter((feature) => feature.kind === kind);
    for (const stroke of STROKES[kind](place, palette, ratio)) drawAll(context, same, stroke);
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

const RIM_PX = 8;
const ORDER = ["water", "park", "land", "district", "lane", "river", "street", "avenue", "railway", "component", "place"];

/** Width on the ground but never under `least` css pixels; in units of the chunk. */
const wide = ({ metre, scale }, metres, least, ratio) => Math.max(metres * metre, (least * ratio) / scale);

const cased = (metres, least, fill, line) => (place, palette, ratio) => {
  const width = wide(place, metres, least, ratio);
  return [
    { colour: palette[line], width: width + (1.6 * ratio) / place.scale, alpha: 0.85 },
    { colour: palette[fill], width },
  ];
};

const dot = (pixels, colour) => (place, palette, ratio) => [
  { colour: palette["map-halo"], width: ((pixels + 2) * ratio) / place.scale },
  { colour: palette[colour], width: (pixels * ratio) / place.scale },
];

const STROKES = {
  park: (_, palette) => [{ fill: palette["map-park"] }],
  water: (_, palette) => [{ fill: palette["map-sea"] }],
  district: (place, palette, ratio) => [{ colour: palette["sub-line"], width: (1.5 * ratio) / place.scale, dash: [(2 * ratio) / place.scale, (4 * ratio) / place.scale] }],
  component: dot(4, "text-2"),
  place: dot(6, "map-label"),
  land: (place, palette, ratio) => [
    { fill: palette["disputed-solid"], alpha: 0.1 },
    { colour: palette["disputed-solid"], width: (1.4 * ratio) / place.scale, dash: [(6 * ratio) / place.scale, (4 * ratio) / place.scale] },
  ],
  lane: cased(8, 1, "map-road", "map-road-case"),
  street: cased(18, 1.8, "map-road-main", "map-road-main-case"),
  avenue: cased(26, 2.6, "map-road-main", "map-road-main-case"),
  river: (place, palette, ratio) => {
    const width = wide(place, 50, 2, ratio);
    return [
      { colour: palette["map-coast"], width: width + (2 * ratio) / place.scale },
      { colour: palette["map-sea"], width },
    ];
  },
  railway: (place, palette, ratio) => {
    const pixel = ratio / place.scale;
    return [
      { colour: palette["map-rail"], width: 3.4 * pixel },
      { colour: palette["map-land"], width: 1.6 * pixel, dash: [9 * pixel, 9 * pixel] },
    ];
  },
};

function drawAll(context, features, { fill, colour, width, alpha = 1, dash = [] }) {
  context.globalAlpha = alpha;
  if (fill) context.fillStyle = fill;
  else Object.assign(context, { strokeStyle: colour, lineWidth: width });
  context.setLineDash(dash);
  for (const { path } of features) {
    if (fill) context.fill(path, "evenodd");
    else context.stroke(path);
  }
}
