const BUDGET_MS = 9;

/**
 * Return a queue that draws a few tiles a frame, so that panning never waits for a whole screen of them.
 * @param {(tile: object) => void} draw
 */
export function createDrawQueue(draw) {
  const waiting = new Set();
  let asked = false;

  function work() {
    asked = false;
    const begun = performance.now();
    for (const tile of waiting) {
      waiting.delete(tile);
      draw(tile);
      if (performance.now() - begun > BUDGET_MS) break;
    }
    if (waiting.size) ask();
  }

  function ask() {
    if (!asked) requestAnimationFrame(work);
    asked = true;
  }

  return {
    add(tile) {
      waiting.add(tile);
      ask();
    },
    drop: (tile) => waiting.delete(tile),
    isEmpty: () => waiting.size === 0,
  };
}
