const FEWEST_PX = 4;

/**
 * Let a line be drawn round cases with the pointer held down; Escape gives up.
 * @param {L.Map} map
 * @param {(polygon: number[][]) => void} drawn called with its corners, [lon, lat]
 * @returns {{begin: () => void, end: () => void, isOn: () => boolean}}
 */
export function lasso(map, drawn) {
  const wrap = document.getElementById("mapwrap");
  let line = null;
  let isOn = false;

  function begin() {
    isOn = true;
    wrap.classList.add("drawing");
    map.dragging.disable();
  }

  function end() {
    isOn = false;
    wrap.classList.remove("drawing");
    map.dragging.enable();
    line?.remove();
    line = null;
  }

  function down({ latlng, originalEvent }) {
    if (!isOn || originalEvent.button) return;
    line = L.polygon([latlng], { color: "var(--brand)", weight: 2, dashArray: "5 4", fillOpacity: 0.08, interactive: false }).addTo(map);
  }

  function move({ latlng, layerPoint }) {
    const corners = line?.getLatLngs()[0];
    if (!line || map.latLngToLayerPoint(corners.at(-1) ?? latlng).distanceTo(layerPoint) < FEWEST_PX) return;
    line.addLatLng(latlng);
  }

  function up() {
    if (!line) return;
    const corners = line.getLatLngs()[0].map(({ lat, lng }) => [lng, lat]);
    end();
    if (corners.length > 2) drawn(corners);
  }

  map.on("mousedown", down);
  map.on("mousemove", move);
  map.on("mouseup", up);
  return { begin, end, isOn: () => isOn };
}
