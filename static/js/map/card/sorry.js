import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";

/** What went wrong, and a button to try again. */
export function sorry(problem, again) {
  const words = problem.status ? problem.message : t("The server cannot be reached. The map keeps what it has.");
  return element("div.sec", element("div.note.s-overdue", { role: "alert" }, icon("offline"), element("span", words)), element("button.btn.again", { type: "button", click: again }, t("Try again")));
}
