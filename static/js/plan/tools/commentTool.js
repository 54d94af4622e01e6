import { t } from "../../i18n.js";
import { exact } from "../land/exact.js";
import { commentDialog } from "../panels/commentDialog.js";

/** Pin a comment to a spot. */
export function commentTool(bench) {
  return { hint: () => t("Click the place that the comment is about."), start: () => {}, stop: () => {}, click: (spot) => commentDialog(bench, exact(spot)), move: () => {}, cancel: () => false, changed: () => {}, isFree: true };
}
