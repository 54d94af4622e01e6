import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";

/** What went wrong, and a button to try again. */
export function sorry(problem, again) {
  return element("div.sec", element("div.note.s-overdue", { role: "alert" }, icon("offline"), element("span", problem.message)), element("button.btn.again", { type: "button", click: again }, t("Try again")));
}
