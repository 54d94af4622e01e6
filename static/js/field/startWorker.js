/** Let the worker keep the page, its scripts and its map for when the net is gone; browsers allow that over https only. */
export function startWorker() {
  navigator.serviceWorker?.register("/field/sw.js", { scope: "/field" }).catch(() => {});
}
