const NAME = "my reports";
const MOST = 20;

/** Keep number and secret of a report in this browser, so that its reporter need not type them here; the newest first. */
export function rememberReport(mine) {
  try {
    const others = JSON.parse(localStorage.getItem(NAME) ?? "[]").filter(({ number }) => number !== mine.number);
    localStorage.setItem(NAME, JSON.stringify([mine, ...others].slice(0, MOST)));
  } catch {
    // A browser that keeps nothing: number and secret stand on the page.
  }
}
