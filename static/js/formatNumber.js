import { page } from "./pageData.js";

const format = new Intl.NumberFormat(page.language === "zh" ? "zh-CN" : "en", { maximumFractionDigits: 1 });

/** Return `number` as the reader writes it: 1,104. */
export function formatNumber(number) {
  return format.format(number);
}
