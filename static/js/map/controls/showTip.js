import { element } from "../../element.js";
import { formatNumber } from "../../formatNumber.js";
import { page } from "../../pageData.js";

/**
 * Tell, beside the pointer, which grid it is over: code, name, value.
 * @param {L.Map} map
 * @param {object} tiles the CityTiles layer
 * @param {object} state
 */
export function showTip(map, tiles, state) {
  const tip = document.getElementById("tip");
  let asked = null;

  function tell() {
    const { latlng, containerPoint } = asked;
    asked = null;
    const code = tiles.codeAt(latlng);
    tip.hidden = !code;
    if (!code) return;
    tip.replaceChildren(...words(code, nameOf(tiles, code), state.get("measure")));
    const left = Math.min(containerPoint.x + 14, map.getSize().x - tip.offsetWidth - 6);
    Object.assign(tip.style, { left: `${left}px`, top: `${containerPoint.y + 16}px` });
  }

  map.on("mousemove", (event) => {
    if (event.originalEvent.pointerType === "touch" || isOverPanel(event)) return hide();
    if (!asked) requestAnimationFrame(tell);
    asked = event;
  });
  map.on("mouseout movestart zoomstart", hide);
  state.on("spot", hide);

  function hide() {
    tip.hidden = true;
  }
}

const isOverPanel = ({ originalEvent }) => !originalEvent.target.closest?.(".folium-map");

function nameOf(tiles, code) {
  for (const { main } of tiles.shownTiles()) {
    const found = main.labels.find((label) => label.code === code);
    if (found) return (page.language === "en" && found.nameEn) || found.name;
  }
  return "";
}

function words(code, name, measure) {
  const value = measure?.values[code];
  return [
    element("b", name || code),
    name && name !== code ? element("span.tipcode", code) : "",
    value === undefined || value === null ? "" : element("span.tipvalue", `${measure.title} ${formatNumber(value)} ${measure.unit}`),
  ];
}
