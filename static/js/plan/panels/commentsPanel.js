import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { page } from "../../pageData.js";

/**
 * Keep what reviewers say of the draft, in a list and as numbered pins on the map.
 * @param {HTMLElement} place
 * @param {object} bench
 * @param {{add: () => void, settle: (one: object) => void}} actions
 */
export function commentsPanel(place, bench, { add, settle }) {
  const { map, state } = bench;
  const pins = L.layerGroup().addTo(map);
  const list = element("ol.comments");
  place.append(element("h3", icon("msg"), t("Comments"), page.may.edit ? element("span.end", element("button.btn.sm", { type: "button", id: "pin-comment", click: add }, icon("pin", "s"), t("Pin one"))) : ""), list);

  function show() {
    const comments = state.get("comments");
    pins.clearLayers();
    list.replaceChildren(...comments.map((one, i) => row(one, i + 1)));
    if (!comments.length) list.append(element("li.faint", t("None yet.")));
    comments.forEach((one, i) => isOpen(one) && Number.isFinite(one.lon) && pin(one, i + 1));
  }

  const goTo = ({ lon, lat }) => map.setView([lat, lon], Math.max(map.getZoom(), 16));

  function row(one, number) {
    const isPlaced = Number.isFinite(one.lon);
    const head = element("span.faint", `${one.made_by} · ${cityTime.short(new Date(one.made_at))}`);
    const text = isPlaced ? element("button.link", { type: "button", click: () => goTo(one) }, one.text) : element("span", one.text);
    const done = isOpen(one) ? page.may.edit && element("button.btn.sm.quiet", { type: "button", click: () => settle(one) }, t("Settle")) : element("span.green.row", icon("ok", "s"), t("settled"));
    return element(isOpen(one) ? "li" : "li.settled", element("b.pinnumber", String(number)), element("span.what", text, head), done);
  }

  function pin(one, number) {
    const html = element("span.commentpin", { title: one.text }, String(number));
    L.marker([one.lat, one.lon], { pane: "findings", keyboard: false, icon: L.divIcon({ html, className: "sketchicon", iconSize: [0, 0] }) }).on("click", () => goTo(one)).addTo(pins);
  }

  state.on("comments", show);
  show();
}

const isOpen = ({ settled_at: at, settled }) => !at && !settled;
