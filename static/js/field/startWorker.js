/**
 * Let the worker keep the page, its scripts and its map for when the net is gone; browsers allow that over https only.
 * @param {() => void} begun called when it has begun, which on the first visit is after the page has loaded
 */
export function startWorker(begun) {
  navigator.serviceWorker?.register("/field/sw.js", { scope: "/field" }).catch(() => {});
  navigator.serviceWorker?.addEventListener("controllerchange", begun);
}
