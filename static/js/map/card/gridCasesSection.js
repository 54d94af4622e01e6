import { element } from "../../element.js";
import { formatRest } from "../../formatRest.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { caseLook } from "../cases/caseLook.js";
import { stateBadge } from "../cases/stateBadge.js";

const SHOWN = 3;

/** The open cases of this grid, the one due first on top; a click shows it on the map. */
export function gridCasesSection({ decision, at }, state, actions) {
  const here = state.get("cases").filter(({ grid }) => grid === decision.grid.code);
  const rows = here.slice(0, SHOWN).map((one) => row(one, state.get("categories"), at, actions));
  const rest = here.length > SHOWN ? [element("div.faint.more", t("and {count} more on the map", { count: here.length - SHOWN }))] : [];
  return element("div.sec", element("h3", t("Open in this grid"), element("b.num", String(here.length))), ...rows, ...rest);
}

function row(one, categories, at, actions) {
  const look = caseLook(one);
  const title = categories.get(one.category)?.title ?? one.category;
  return element("button.caserow", { type: "button", title: one.number, click: () => actions.goTo(one) },
    icon("report"), element("span.grow.clip", title), one.due_at ? element(`span.rest.s-${look}`, formatRest(new Date(one.due_at), at)) : null, stateBadge(look));
}
