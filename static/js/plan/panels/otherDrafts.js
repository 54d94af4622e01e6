import { api } from "../../api.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { statusBadge } from "../review/statusBadge.js";

const SHOWN = 6;

/** List the other drafts that are under way, each with its state. */
export async function otherDrafts(place, id) {
  place.append(element("h3", t("Other drafts"), element("a.end", { href: "/plan" }, t("all"))));
  const others = (await api.drafts.all()).filter((one) => one.id !== id && !["published", "discarded"].includes(one.status));
  place.append(...others.slice(0, SHOWN).map((one) => element("a.otherdraft", { href: `/plan/${one.id}` }, element("span.clip", one.name), statusBadge(one.status))));
  if (!others.length) place.append(element("p.faint", t("No other draft is under way.")));
}
