import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { toast } from "../../toast.js";

/**
 * Add the buttons of the map: nearer, farther, the whole area, my position; on a phone the layers.
 * @param {L.Map} map
 * @param {{home: () => void, choose: (spot: object) => void}} actions
 */
export function mapTools(map, { home, choose }) {
  const button = (name, title, click, look = "") => element(`button${look}`, { type: "button", title, "aria-label": title, click }, icon(name));
  document.getElementById("maptools").append(
    button("plus", t("Nearer"), () => map.zoomIn()),
    button("minus", t("Farther"), () => map.zoomOut()),
    button("expand", t("The whole area"), home),
    button("locate", t("My position"), () => locate(map, choose)),
    button("layers", t("Layers"), () => document.getElementById("left").classList.toggle("open"), ".only-phone"),
  );
}

function locate(map, choose) {
  map.once("locationfound", ({ latlng, accuracy }) => {
    choose({ lon: latlng.lng, lat: latlng.lat });
    toast(t("Your position, good to {metres} m", { metres: Math.round(accuracy) }), { name: "locate" });
  });
  map.once("locationerror", () => toast(t("The browser gives no position: click the map instead."), { name: "alert" }));
  map.locate({ enableHighAccuracy: true, timeout: 10_000 });
}
