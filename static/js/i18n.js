import { page } from "./pageData.js";

/**
 * Return `text` in the page's language with its named fields filled in.
 * @param {string} text English, as it stands in the code
 * @param {Record<string, string|number>} [fields]
 */
export function t(text, fields = {}) {
  const words = page.words[text] ?? text;
  return words.replace(/\{(\w+)\}/g, (whole, name) => String(fields[name] ?? whole));
}
