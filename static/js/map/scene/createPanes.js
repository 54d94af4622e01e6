/** From below: what is drawn first lies lowest. Cases stand in Leaflet's own marker pane, at 600. */
const PANES = { basemap: 200, city: 250, labels: 400, findings: 450, spot: 620, pin: 640 };

/** Give the map one pane for each thing that is drawn on it. */
export function createPanes(map) {
  for (const [name, order] of Object.entries(PANES)) map.createPane(name).style.zIndex = String(order);
  map.getPane("labels").style.pointerEvents = "none";
}
