import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";

/** Return the state of a draft as icon and word. */
export function statusBadge(status) {
  const { look, name, words } = LOOKS[status] ?? LOOKS.open;
  return element(`span.badge.s-${look}`, icon(name), words());
}

const LOOKS = {
  open: { look: "filed", name: "filed", words: () => t("being drawn") },
  submitted: { look: "checking", name: "eye", words: () => t("under review") },
  approved: { look: "handling", name: "check", words: () => t("approved") },
  published: { look: "closed", name: "ok", words: () => t("published") },
  discarded: { look: "suspended", name: "trash", words: () => t("put away") },
};
