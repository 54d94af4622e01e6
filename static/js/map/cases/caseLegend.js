import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { caseMark } from "./caseMark.js";
import { stateWords } from "./stateWords.js";

const LOOKS = ["overdue", "risk", "handling", "filed", "checking", "disputed"];

/** Add the legend of the cases: a shape, a colour and a word for each. */
export function caseLegend(place) {
  const rows = LOOKS.map((look) => element("li", caseMark(look), element("span", stateWords(look).word)));
  place.append(element("h3", icon("report"), t("Cases")), element("ul.caselegend", ...rows));
}
