import { formatArea } from "../../formatArea.js";
import { t } from "../../i18n.js";
import { page } from "../../pageData.js";

const list = new Intl.ListFormat(page.language === "zh" ? "zh-CN" : "en", { type: "conjunction" });
const FACTS = { code: () => t("code"), name: () => t("name"), name_en: () => t("English name"), parent_code: () => t("area above"), level: () => t("level"), role: () => t("role"), props: () => t("attributes"), shape: () => t("border") };

/**
 * Return title, code and note of a part of a difference, as the list says them.
 * @param {object} properties of its GeoJSON feature
 */
export function differenceWords(properties) {
  if (properties.feature === "piece") {
    const { from, to, from_name: fromName, to_name: toName, area_m2: area } = properties;
    return { title: `${fromName || from} → ${toName || to}`, code: `${from} → ${to}`, note: formatArea(area) };
  }
  const { code, name, differs, before, after } = properties;
  const area = [before?.area_m2, after?.area_m2].filter((value) => Number.isFinite(value)).map(formatArea);
  const what = list.format(differs.map((fact) => FACTS[fact]?.() ?? fact));
  return { title: name || code, code, note: [what, [...new Set(area)].join(" → ")].filter(Boolean).join(" · ") };
}
