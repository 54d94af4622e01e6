const PAD_PX = 14;
const FUTURE_PX = 120;
const FUTURE_PARTS = [0.16, 0.3];
const DAY_MS = 86_400_000;

/**
 * Return how instants lie along a ruler: the past by its length, what is scheduled in the last part.
 * @param {{number: number, effective_from: string, state: string}[]} versions newest first
 * @param {Date} now
 * @param {number} width pixels
 */
export function rulerScale(versions, now, width) {
  const ordered = versions.map((one) => ({ ...one, from: new Date(one.effective_from) })).sort((a, b) => a.number - b.number);
  const start = Math.min(ordered[0].from, now - DAY_MS);
  const latest = Math.max(...ordered.map(({ from }) => from));
  const end = latest > now ? Math.max(latest + (latest - now) * 0.8, +now + 2 * DAY_MS) : +now + 2 * DAY_MS;
  const [left, right] = [PAD_PX, width - PAD_PX];
  const middle = left + (right - left) * (1 - (latest > now ? futurePart(width) : 0.04));

  const x = (at) => (at <= now ? left + ((at - start) / (now - start)) * (middle - left) : middle + ((Math.min(at, end) - now) / (end - now)) * (right - middle));
  const instant = (px) => new Date(px <= middle ? start + ((clamp(px) - left) / (middle - left)) * (now - start) : +now + ((clamp(px) - middle) / (right - middle)) * (end - now));
  const clamp = (px) => Math.max(left, Math.min(right, px));
  const segments = ordered.map(({ number, from }, i) => {
    const to = ordered[i + 1]?.from ?? new Date(end);
    const isScheduled = from > now;
    return { number, from, to, isScheduled, left: x(from), right: x(isScheduled ? to : Math.min(to, Math.max(now, from))) };
  });
  return { now, x, instant, clamp, segments, part: (at) => (x(at) - left) / (right - left), nowWithinMs: ((now - start) / (middle - left)) * 4 };
}

/** What is scheduled needs room for its label. */
const futurePart = (width) => Math.max(FUTURE_PARTS[0], Math.min(FUTURE_PARTS[1], FUTURE_PX / width));
