/**
 * Return the categories that somebody means by `words`, best first: those whose name begins so, that hold it, or that people call so.
 * @param {{code: string, name: string, name_en: string, title: string}[]} categories
 * @param {Record<string, string>} called code → what people call it, words with spaces between
 * @param {string} words
 */
export function findKinds(categories, called, words) {
  const wanted = words.trim().toLowerCase();
  if (!wanted) return [];
  const scored = categories.map((one) => ({ one, score: scoreOf(one, called[one.code] ?? "", wanted) })).filter(({ score }) => score > 0);
  return scored.sort((a, b) => b.score - a.score || (a.one.code < b.one.code ? -1 : 1)).map(({ one }) => one);
}

function scoreOf({ code, name, name_en: english }, called, wanted) {
  const own = called.toLowerCase().split(" ").filter(Boolean);
  if (own.includes(wanted)) return 5;
  if (code.startsWith(wanted)) return 4;
  const names = [name ?? "", english ?? ""].map((text) => text.toLowerCase());
  if (names.some((text) => text.startsWith(wanted))) return 3;
  if (names.some((text) => text.includes(wanted))) return 2;
  const all = [...own, ...names];
  if (own.some((word) => word.startsWith(wanted) || (wanted.length > 1 && wanted.includes(word)))) return 2;
  const parts = wanted.split(/\s+/);
  return parts.length > 1 && parts.every((part) => all.some((text) => text.includes(part))) ? 1 : 0;
}
