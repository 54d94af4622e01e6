import { api } from "../api.js";
import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { toast } from "../toast.js";
import { categoryPicker } from "./categoryPicker.js";
import { createFieldMap } from "./createFieldMap.js";
import { photoSlot } from "./photoSlot.js";
import { photoView } from "./photoView.js";
import { pinMark } from "./pinMark.js";
import { placeAt } from "./placeAt.js";

const MOST_PHOTOS = 6;
const SPOT_ZOOM = 17;

/**
 * Return the view in which a report is made: photo, place, kind, on one screen; what is half made stays on the phone.
 * @param {object} state
 * @param {{back: () => void, send: (report: object) => void, draft: object, keepDraft: () => void, categories: object[]}} actions
 */
export function reportView(state, actions) {
  const draft = actions.draft;
  const patch = state.get("patch");
  const shots = element("div.shots");
  const box = element("div.mapbox");
  const words = element("span", { role: "status" });
  const source = element("span");
  const note = element("textarea.input", { id: "report-words", rows: 2, maxlength: 2000, placeholder: t("What is to be seen there; may stay empty"), input: () => ((draft.description = note.value), actions.keepDraft()) });
  note.value = draft.description;
  const send = element("button.btn.primary.lg.block", { type: "button", id: "send", click: submit }, sendWords());
  const view = element("section.view", { "aria-label": t("Report") },
    element("header.hd", element("button.btn.icon.quiet.l", { type: "button", "aria-label": t("Close"), click: actions.back }, icon("x")), element("h2.grow.middle", t("Report")), element("span.faint.aside", t("works offline"))),
    element("div.scroll",
      step(1, t("Photo"), t("at least one"), shots),
      step(2, t("Place"), source, element("div.mapwrap", box, element("span.float.where", words), element("button.rnd.locate", { type: "button", "aria-label": t("Where I am"), title: t("Where I am"), click: toMe }, icon("locate")))),
      step(3, t("Kind"), t("frequent here first"), categoryPicker(actions.categories, patch, draft.category, (code) => ((draft.category = code), actions.keepDraft())),
        element("div.field.words", element("label", { for: note.id }, t("In your words")), note))),
    element("div.foot", send));
  paintShots();
  return { view, shown, leave: () => view.map?.remove() };

  /** The map can be made only once its box is in the page. */
  function shown() {
    const made = createFieldMap(box);
    const { map } = made;
    const pin = L.marker([0, 0], { draggable: true, icon: pinMark(), keyboard: true, title: t("Where it is"), alt: t("Where it is"), pane: "pin" });
    const start = draft.place ?? state.get("position") ?? middle(map);
    map.setView([start.lat, start.lon], SPOT_ZOOM, { animate: false });
    put(start, Boolean(draft.place) || !state.get("position"));
    pin.addTo(map);
    pin.on("dragend", () => put({ lon: pin.getLatLng().lng, lat: pin.getLatLng().lat }, true));
    map.on("click", ({ latlng }) => put({ lon: latlng.lng, lat: latlng.lat }, true));
    made.me(state.get("position"));
    state.on("position", () => box.isConnected && (made.me(state.get("position")), draft.byHand || put(state.get("position"), false)));
    Object.assign(view, { put, map });
    view.centre = (place) => map.setView([place.lat, place.lon], SPOT_ZOOM, { animate: false });

    function put(place, byHand) {
      Object.assign(draft, { place: { lon: place.lon, lat: place.lat, accuracy: byHand ? null : place.accuracy }, byHand });
      pin.setLatLng([place.lat, place.lon]);
      actions.keepDraft();
      tellPlace(made);
    }
  }

  function toMe() {
    const position = state.get("position");
    if (!position) return toast(isSecureContext ? t("This phone does not say where it is: set the pin by hand.") : t("Positions are given over https only: set the pin by hand."), { name: "locate" });
    view.centre(position);
    view.put(position, false);
  }

  function tellPlace(made) {
    const { place, byHand } = draft;
    source.textContent = byHand ? t("set by hand") : t("GPS ±{metres} m, can be dragged", { metres: place.accuracy });
    const found = placeAt(patch.grids, place);
    draft.near_m = found?.isNear ? found.distance_m : null;
    made.near?.remove();
    if (found?.isNear) made.near = L.polyline(found.stretch.map(([lon, lat]) => [lat, lon]), { pane: "spot", color: "var(--near)", weight: 3, interactive: false }).addTo(made.map);
    if (found) return sayPlace(found.title, found.isNear ? found.distance_m : null);
    words.replaceChildren(t("Whose it is, the system says"));
    return api.owners ? ask(place) : null;
  }

  async function ask({ lon, lat, accuracy }) {
    const found = await api.where({ lon, lat, accuracy_m: accuracy }).catch(() => null);
    if (!found || draft.place.lon !== lon || draft.place.lat !== lat) return;
    if (!found.grid) return words.replaceChildren(element("b.amber", t("Outside the city")));
    draft.near_m = found.near_border ? found.border_distance_m : null;
    sayPlace(found.grid.title ?? found.grid.name, draft.near_m);
  }

  function sayPlace(title, near) {
    words.replaceChildren(title, ...(Number.isFinite(near) ? [" · ", element("b.amber", t("{metres} m from the border", { metres: Math.round(near) })), t(", it may be the neighbour's")] : []));
  }

  function paintShots() {
    const room = draft.photos.length < MOST_PHOTOS;
    shots.replaceChildren(...draft.photos.map((one) => photoView(one.blob, "", () => (draft.photos.splice(draft.photos.indexOf(one), 1), changed()))),
      ...(room ? [photoSlot(draft.photos.length ? t("One more") : t("Take a photo"), (blobs) => (draft.photos.push(...blobs.slice(0, MOST_PHOTOS - draft.photos.length).map((blob) => ({ blob, field: "photos" }))), changed()), "photo-report")] : []));
    shots.classList.toggle("none", !draft.photos.length);
  }

  function changed() {
    actions.keepDraft();
    paintShots();
  }

  function submit() {
    const missing = !draft.photos.length ? t("Take a photo first: whoever comes has to find it.") : !draft.category ? t("Choose what it is: the department hangs on it.") : "";
    if (missing) return toast(missing, { name: "alert" });
    actions.send(draft);
  }

  function sendWords() {
    return state.get("isOnline") ? t("Send the report") : t("Send · kept here, sent when there is a net");
  }
}

const step = (number, title, aside, ...parts) => element("div.step", element("h3", element("i", String(number)), title, element("span", aside)), ...parts);

function middle(map) {
  const { lng, lat } = map.getCenter();
  return { lon: lng, lat };
}
