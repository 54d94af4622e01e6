/**
 * Return the list of findings after an edit: what concerned the grids that were looked at is replaced by what is found there now.
 *
 * An edit looks at the land of the changed grids and their neighbours, and at who is posted on the changed ones.
 * @param {object[]} before
 * @param {object[]} now
 * @param {{changed: Set<string>, lookedAt: Set<string>}} codes
 */
export function mergeFindings(before, now, { changed, lookedAt }) {
  const isNew = new Set(now.map(keyOf));
  const isJudgedAnew = ({ kind, part, codes }) => (part === "land" ? codes.some((code) => lookedAt.has(code) || changed.has(code)) : kind === "no_person" && codes.some((code) => changed.has(code)));
  const kept = before.filter((one) => !isNew.has(keyOf(one)) && !isJudgedAnew(one));
  return [...now, ...kept].sort((a, b) => weight(a) - weight(b));
}

const keyOf = ({ kind, codes }) => `${kind} ${codes.join()}`;
const weight = ({ severity }) => (severity === "error" ? 0 : 1);
