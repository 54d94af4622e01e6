import { t } from "../../i18n.js";

const WORDS = {
  collector: () => t("Collector"), acceptor: () => t("Acceptor"), shift_leader: () => t("Shift leader"), dispatcher: () => t("Dispatcher"),
  department: () => t("Specialised department"), handler: () => t("Handler"), supervisor: () => t("Supervisor"), grid_chief: () => t("Grid chief"),
  line_chief: () => t("Chief of a road, river or site"), clock: () => t("by the clock"), public: () => t("reporter"),
};

/** Return what a role is called in a history. */
export const roleWords = (role) => WORDS[role]?.() ?? role ?? "";
