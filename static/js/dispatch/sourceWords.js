import { t } from "../i18n.js";

const WORDS = {
  collector: () => t("Collector"), hotline: () => t("Hotline"), app: () => t("App"), wechat: () => "WeChat", web: () => t("Web"), public: () => t("Public page"), media: () => t("Media"),
  inspection: () => t("Inspection"), leader: () => t("Leader"), api: () => t("Another system"),
};

/** Return what a source of reports is called. */
export const sourceWords = (source) => WORDS[source]?.() ?? source;
