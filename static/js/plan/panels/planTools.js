import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";

/** Add the buttons of the map: nearer, farther, the whole area. */
export function planTools(map, home) {
  const button = (name, title, click) => element("button", { type: "button", title, "aria-label": title, click }, icon(name));
  document.getElementById("maptools").append(button("plus", t("Nearer"), () => map.zoomIn()), button("minus", t("Farther"), () => map.zoomOut()), button("expand", t("The whole area"), home));
}
