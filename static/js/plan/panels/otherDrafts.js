import { api } from "../../api.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { icon } from "../../icon.js";
import { statusBadge } from "../review/statusBadge.js";

const SHOWN = 6;

/** List the other drafts that are under way, each with its state. */
export async function otherDrafts(place, id) {
  place.append(element("h3", t("Other drafts"), element("a.end", { href: "/plan" }, t("all"))));
  const drafts = await api.drafts.all();
  const base = drafts.find((one) => one.id === id)?.base;
  const others = drafts.filter((one) => one.id !== id && !["published", "discarded"].includes(one.status));
  place.append(...others.slice(0, SHOWN).map((one) => element("div.row", element("a.otherdraft.grow", { href: `/plan/${one.id}` }, element("span.clip", one.name), statusBadge(one.status)), one.base === base ? compared(one) : "")));

  /** Compare another draft with this one. */
  function compared(one) {
    return element("a.btn.icon.sm.quiet", { href: `/plan/compare?before=d${id}&after=d${one.id}`, title: t("Compare with this draft"), "aria-label": t("Compare {name} with this draft", { name: one.name }) }, icon("compare"));
  }

  if (!others.length) place.append(element("p.faint", t("No other draft is under way.")));
}
