/**
 * What can be compared: versions with each other, a draft with the version it was begun on or with another draft of that version.
 *
 * A side is `v3` or `d12`.
 */
export const sides = { of: sideOf, beside: besideOf, default: defaultOf, tiles: tilesOf };

const isDraft = (side) => side?.startsWith("d") ?? false;
const numberOf = (side) => Number(side.slice(1));

/** Return the sides there are: drafts that are under way, newest first, then versions, newest first. */
function sideOf(versions, drafts) {
  return [...drafts.map(({ id }) => `d${id}`).reverse(), ...versions.map(({ number }) => `v${number}`)];
}

/** Return what `after` can be compared with; the likeliest first. */
function besideOf(after, versions, drafts) {
  if (!isDraft(after)) {
    const others = versions.filter(({ number }) => `v${number}` !== after);
    const earlier = others.filter(({ number, state }) => number < numberOf(after) && state !== "withdrawn");
    return [...earlier, ...others.filter((one) => !earlier.includes(one))].map(({ number }) => `v${number}`);
  }
  const base = drafts.find(({ id }) => id === numberOf(after))?.base ?? null;
  const others = drafts.filter((one) => one.base === base && `d${one.id}` !== after).map(({ id }) => `d${id}`);
  return base === null ? others : [`v${base}`, ...others];
}

/** Return {before, after} as the address asks for them, or the likeliest where it asks for what cannot be compared. */
function defaultOf(asked, versions, drafts) {
  const all = sideOf(versions, drafts);
  const newest = versions.find(({ state }) => state !== "withdrawn");
  const after = all.includes(asked.after) ? asked.after : newest ? `v${newest.number}` : all[0];
  const beside = after ? besideOf(after, versions, drafts) : [];
  return { after: after ?? null, before: beside.includes(asked.before) ? asked.before : beside[0] ?? null };
}

/** Return which boundaries the tiles of a side show. */
function tilesOf(side) {
  return isDraft(side) ? { draft: numberOf(side) } : { version: numberOf(side) };
}
