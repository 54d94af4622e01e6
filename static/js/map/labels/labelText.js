import { page } from "../../pageData.js";

const NUMBER = /(\d{1,3})\D*$/;

/**
 * Return what is written on a grid: its name without what its level says anyway, for a responsibility grid its number.
 * @param {string} level
 * @param {{code: string, name: string, nameEn?: string}} label
 */
export function labelText(level, { code, name, nameEn }) {
  if (level === "responsibility_grid") return NUMBER.exec(name)?.[1].padStart(2, "0") ?? (name || code);
  if (level === "unit_grid") return code.slice(-3);
  if (page.language === "en" && nameEn) return nameEn;
  return name.length > 3 ? name.replace(/(街道|社区|居委会|村委会)$/, "") : name;
}
