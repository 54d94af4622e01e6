import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";

/** Say, over an empty map, how the first grids come into the city. */
export function noGrids(mapwrap) {
  mapwrap.classList.add("no-grids");
  mapwrap.setAttribute("aria-busy", "false");
  const words = element("p", t("This city has no grids yet. Bring in your boundary files on the command line:"));
  mapwrap.append(element("div.float.empty.first", { role: "status" }, icon("plan"), words, element("code", "gridmgr layer import FILE --layer responsibility_grid --repair"), element("code", "gridmgr doctor")));
}
