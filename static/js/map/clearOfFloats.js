const GAP_PX = 24;
const PHONE_PX = 700;

/** Return how far from the map's edges something has to stay so that no float hides it: Leaflet's paddings. */
export function clearOfFloats() {
  const box = (id) => document.getElementById(id).getBoundingClientRect();
  const width = box("mapwrap").width;
  if (width < PHONE_PX) return { paddingTopLeft: [GAP_PX, 120], paddingBottomRight: [GAP_PX, box("owner").height + GAP_PX] };
  return { paddingTopLeft: [box("left").width + 2 * GAP_PX, 3 * GAP_PX], paddingBottomRight: [box("owner").width + 3 * GAP_PX, box("ruler").height + 2 * GAP_PX] };
}
