import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";

/** What can be done with the spot: look at another time, report a problem here. */
export function footer(state, actions) {
  return element("div.sec.row.cardfoot",
    element("button.btn.wide", { type: "button", click: actions.pickTime }, icon("clock"), t("Another time"), element("kbd", "T")),
    element("button.btn.primary.wide", { type: "button", click: actions.report }, icon("report"), t("Report here"), element("kbd", "R")),
  );
}
