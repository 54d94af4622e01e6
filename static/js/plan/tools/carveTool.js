import { t } from "../../i18n.js";
import { carveDialog } from "../panels/carveDialog.js";
import { createPath } from "./createPath.js";

/** Carve a grid of its own out of those it lies in: a hospital, a market, a campus. */
export function carveTool(bench) {
  const path = createPath(bench, { isRing: true, least: 3, done });

  function done(ring) {
    bench.sketch.area("drawn", [ring], "proposed");
    carveDialog({
      carve: (edit) => bench.post({ op: "carve", piece: { type: "Polygon", coordinates: [ring] }, ...edit }, { inDialog: true }),
      closed: () => bench.sketch.clear(),
    });
  }

  return { hint: () => t("Click round what becomes a grid of its own; a click on the first point closes it."), start: () => {}, stop: path.clear, click: path.click, move: path.move, finish: path.finish, cancel: path.back, changed: () => {} };
}
