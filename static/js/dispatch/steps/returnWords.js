import { t } from "../../i18n.js";

const KINDS = {
  not_my_duty: () => t("Not our duty"),
  not_my_area: () => t("Not our area"),
  wrong_category: () => t("Wrong category"),
  insufficient_info: () => t("Not enough to go by"),
};

/** The kinds of a return, in the order in which they are offered. */
export const RETURN_KINDS = Object.keys(KINDS);

/** Return why a department sent a case back, in its words. */
export const returnWords = (kind) => KINDS[kind]?.() ?? kind;
