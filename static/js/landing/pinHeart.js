import { api } from "../api.js";
import { drawn } from "../drawn.js";
import { page } from "../pageData.js";

const PIN = "M0 0C-5-9-13-15-13-24a13 13 0 0 1 26 0C13-15 5-9 0 0z";
const OUTLINE = { pane: "spot", interactive: false, className: "outline" };

/** Stick a pin into the grid in the middle of the picture: one spot that somebody answers for. */
export async function pinHeart(map) {
  const [lon, lat] = page.heart;
  const { grid } = await api.where({ lon, lat });
  if (!grid) return;
  const { place, geometry } = await api.grid(grid.code);
  L.geoJSON(geometry, OUTLINE).addTo(map);
  L.marker([place[1], place[0]], { pane: "pin", icon: pin(), interactive: false, keyboard: false }).addTo(map);
}

function pin() {
  const html = drawn(
    "svg",
    { width: 40, height: 54, viewBox: "-15 -39 30 40" },
    drawn("path", { d: PIN, fill: "var(--brand)", stroke: "var(--select-halo)", "stroke-width": 2 }),
    drawn("circle", { cy: -23, r: 5, fill: "#ffd9a0" }),
  );
  return L.divIcon({ html, className: "pinned", iconSize: [40, 54], iconAnchor: [20, 53] });
}
