import { formatNumber } from "./formatNumber.js";
import { page } from "./pageData.js";

const rules = new Intl.PluralRules(page.language === "zh" ? "zh-CN" : "en");

/**
 * Return a number with the word that goes with it: 1 step, 2 steps.
 * @param {number} count
 * @param {string} one the words for one, in the page's language, with {count} in them
 * @param {string} other the words for any other number
 */
export function counted(count, one, other) {
  return (rules.select(count) === "one" ? one : other).replace("{count}", formatNumber(count));
}
