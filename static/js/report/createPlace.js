import { drawn } from "../drawn.js";
import { element } from "../element.js";
import { createFieldMap } from "../field/createFieldMap.js";
import { icon } from "../icon.js";
import { goToHit } from "../map/goToHit.js";
import { t } from "../i18n.js";
import { page } from "../pageData.js";
import { toast } from "../toast.js";

const PIN = "M0 0C-5-9-13-15-13-24a13 13 0 0 1 26 0C13-15 5-9 0 0z";
const NEAR_ZOOM = 17, START_ZOOM = 15;
const STEP_M = 5, FAR_M = 50, METRES_A_DEGREE = 111320;
const ARROWS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const ZOOMS = { "+": 1, "=": 1, "-": -1 };
const PAN_PX = 60, PIN_PX = 60;
const PATIENCE_MS = 15000;

/**
 * The map on which the spot is chosen: by a click, by dragging the pin, by arrow keys on it, or by the phone's position.
 *
 * The phone's position is given over https only; without it the pin is set by hand.
 * @param {object} state `spot` is where, `spotBy` how it was chosen, `accuracy` how sure the phone was
 * @returns {{box: HTMLElement, repaint: Function, settle: Function, locate: Function, canLocate: boolean, goTo: Function}}
 */
export function createPlace(state) {
  const container = element("div.mapbox", { role: "application", tabindex: 0, "aria-label": t("Map: click where it is. By keyboard: arrow keys move the map, Enter sets the pin in its middle.") });
  const tools = element("div.maptools", { role: "group", "aria-label": t("Map tools") });
  const box = element("div", container, tools);
  box.className = "mapbox";
  document.getElementById("big").append(box);
  const { map, me, outline, repaint } = createFieldMap(container);
  const canLocate = Boolean(navigator.geolocation) && isSecureContext;
  let pin = null;
  if (page.city.is_schematic) box.append(element("div.credit", t("Schematic map")));

  tool("plus", t("Closer"), () => map.zoomIn());
  tool("minus", t("Farther"), () => map.zoomOut());
  if (canLocate) tool("locate", t("Use my position"), locate);
  map.on("click", ({ latlng }) => choose(latlng, "hand"));
  container.addEventListener("keydown", ({ key, target }) => {
    if (target !== container) return;
    if (key === "Enter") choose(map.getCenter(), "hand");
    else if (ARROWS[key]) map.panBy([ARROWS[key][0] * PAN_PX, -ARROWS[key][1] * PAN_PX], { animate: false });
    else if (ZOOMS[key]) map.setZoom(map.getZoom() + ZOOMS[key], { animate: false });
  });
  state.on(["spot"], ({ spot }) => spot && show(spot));
  state.on(["who"], ({ who }) => outline(who?.geometry ?? null));

  function tool(name, label, press) {
    tools.append(element("button", { type: "button", title: label, "aria-label": label, click: press }, icon(name)));
  }

  function choose({ lat, lng }, spotBy, accuracy = null) {
    state.set({ spot: { lon: Number(lng.toFixed(7)), lat: Number(lat.toFixed(7)) }, spotBy, accuracy });
  }

  function show({ lon, lat }) {
    if (!pin) {
      pin = L.marker([lat, lon], { pane: "pin", icon: drawing(), draggable: true, autoPan: true, keyboard: true, title: t("The spot: drag it, or move it with the arrow keys") }).addTo(map);
      pin.on("dragend", () => choose(pin.getLatLng(), "hand"));
      pin.getElement().addEventListener("keydown", nudge);
    }
    pin.setLatLng([lat, lon]);
    clearOfCard();
    if (!map.getBounds().pad(-0.1).contains([lat, lon])) map.setView([lat, lon], Math.max(map.getZoom(), START_ZOOM), { animate: false });
  }

  /** What lies under the card on the map is drawn out beneath it. */
  function clearOfCard() {
    const card = document.querySelector(".whocard")?.getBoundingClientRect();
    const { left, top } = container.getBoundingClientRect();
    const { x, y } = map.latLngToContainerPoint(pin.getLatLng());
    const below = card ? card.bottom - top - y + PIN_PX : 0;
    if (card?.width && x + left < card.right + PIN_PX && below > 0) map.panBy([0, -below], { animate: false });
  }

  /** Arrow keys move the pin by 5 m, with Shift by 50 m. */
  function nudge(event) {
    const way = ARROWS[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    const { lat, lng } = pin.getLatLng();
    const degrees = (event.shiftKey ? FAR_M : STEP_M) / METRES_A_DEGREE;
    choose({ lat: lat + way[1] * degrees, lng: lng + (way[0] * degrees) / Math.cos((lat * Math.PI) / 180) }, "hand");
    pin.getElement().focus();
  }

  function locate() {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const accuracy = Math.max(1, Math.round(coords.accuracy));
        me({ lon: coords.longitude, lat: coords.latitude, accuracy });
        map.setView([coords.latitude, coords.longitude], NEAR_ZOOM, { animate: false });
        choose({ lat: coords.latitude, lng: coords.longitude }, "phone", accuracy);
      },
      () => toast(t("The phone does not tell where it is: set the pin by hand."), { name: "alert" }),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: PATIENCE_MS },
    );
  }

  /** The map has another place on the page, or another size. */
  function settle() {
    map.invalidateSize({ animate: false });
    const spot = state.get("spot");
    if (spot) map.setView([spot.lat, spot.lon], Math.max(map.getZoom(), START_ZOOM), { animate: false });
  }

  const [lon, lat] = page.heart ?? [(page.bounds?.[0] + page.bounds?.[2]) / 2, (page.bounds?.[1] + page.bounds?.[3]) / 2];
  if (Number.isFinite(lon)) map.setView([lat, lon], START_ZOOM, { animate: false });
  /** Show what a search found; only coordinates say exactly where the pin belongs. */
  const goTo = (hit) => goToHit(map, hit, ({ lon, lat }) => hit.kind === "place" && choose({ lat, lng: lon }, "hand"));
  const look = (at, zoom = NEAR_ZOOM) => map.setView([at.lat, at.lon], zoom, { animate: false });
  return { box, repaint, settle, locate, look, canLocate, goTo, choose: (spot) => (look(spot), choose({ lat: spot.lat, lng: spot.lon }, "hand")) };
}

function drawing() {
  const html = drawn("svg", { width: 44, height: 54, viewBox: "-16 -39 32 41" },
    drawn("path", { d: PIN, fill: "var(--brand)", stroke: "var(--select-halo)", "stroke-width": 2 }),
    drawn("circle", { cy: -23, r: 5, fill: "var(--select-halo)" }));
  return L.divIcon({ html, className: "pinned", iconSize: [44, 54], iconAnchor: [22, 51] });
}
