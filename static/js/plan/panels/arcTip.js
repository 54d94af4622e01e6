import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { gridName } from "../gridName.js";

/**
 * Return what tells, beside the pointer, which two grids a border divides.
 * @param {L.Map} map
 * @param {() => object} land
 */
export function arcTip(map, land) {
  const tip = document.getElementById("tip");
  let at = null;
  map.on("mousemove", ({ containerPoint }) => {
    at = containerPoint;
    if (!tip.hidden) put();
  });

  function put() {
    const left = Math.min(at.x + 14, map.getSize().x - tip.offsetWidth - 6);
    Object.assign(tip.style, { left: `${left}px`, top: `${at.y + 16}px` });
  }

  return (arc) => {
    tip.hidden = !arc;
    if (!arc) return;
    const here = land();
    tip.replaceChildren(...[side(here, arc.sides[0]), element("span", "│"), side(here, arc.sides[1]), arc.locked ? element("span.row", icon("lock", "s"), t("level above")) : null].filter(Boolean));
    if (at) put();
  };
}

function side(land, code) {
  if (code === null) return element("b", t("outside"));
  const owner = land.ownerOf(code);
  const unit = owner === code ? "" : code.slice(-3);
  return element("span", element("b", gridName(land, owner), unit ? ` · ${unit}` : ""), " ", element("span.tipcode", land.grids[owner]?.person ?? ""));
}
