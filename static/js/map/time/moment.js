import { cityTime } from "../../cityTime.js";
import { page } from "../../pageData.js";

const skew = new Date(page.now) - Date.now();

/** The instant looked at: the server's now, or the one that was chosen. */
export const moment = {
  /** Return now, by the server's clock. */
  now: () => new Date(Date.now() + skew),

  /** Return the instant that `at` (city time, null for now) stands for. */
  of: (at) => (at ? cityTime.instant(at) : new Date(Date.now() + skew)),
};
