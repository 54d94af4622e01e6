const WIDEST_PX = 140;
const LENGTHS_M = [1, 2, 5].flatMap((digit) => [1, 10, 100, 1000, 10_000].map((size) => digit * size)).sort((a, b) => b - a);

/** Keep the scale bar: the longest round length that fits. */
export function scaleBar(map) {
  const bar = document.getElementById("scale");

  function show() {
    const middle = map.getSize().divideBy(2);
    const perPixel = map.distance(map.containerPointToLatLng(middle), map.containerPointToLatLng(middle.add([100, 0]))) / 100;
    const length = LENGTHS_M.find((metres) => metres / perPixel <= WIDEST_PX) ?? LENGTHS_M.at(-1);
    bar.style.width = `${length / perPixel}px`;
    bar.firstElementChild.textContent = length >= 1000 ? `${length / 1000} km` : `${length} m`;
  }

  map.on("zoomend moveend", show);
  show();
}
