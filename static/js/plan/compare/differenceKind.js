import { t } from "../../i18n.js";

const KINDS = {
  piece: { icon: "right", colour: "var(--brand)", words: () => t("Changes hands"), style: { weight: 2, fillOpacity: 0.3 } },
  created: { icon: "plus", colour: "var(--closed-solid)", words: () => t("New"), style: { weight: 3, fillOpacity: 0.12 } },
  dissolved: { icon: "minus", colour: "var(--overdue-solid)", words: () => t("Dissolved"), style: { weight: 3, dashArray: "8 5", fillOpacity: 0.12 } },
  changed: { icon: "node", colour: "var(--text-2)", words: () => t("Changed"), style: { weight: 1.5, dashArray: "2 4", fillOpacity: 0 } },
};

/**
 * Return how a part of a difference is shown: its icon, its colour, its word and the style of its outline.
 * @param {{feature: "grid"|"piece", kind?: string}} properties
 */
export const differenceKind = ({ feature, kind }) => KINDS[feature === "piece" ? "piece" : kind];
