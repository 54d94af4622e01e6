import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { reviveDialog } from "./reviveDialog.js";
import { withdrawDialog } from "./withdrawDialog.js";

const STATES = {
  in_force: () => t("in force"), current: () => t("in force"), scheduled: () => t("scheduled"), superseded: () => t("superseded"), past: () => t("superseded"), withdrawn: () => t("withdrawn"),
};

const OVER = new Set(["superseded", "past"]);

/** List versions, newest first: what each changed, since when it counts; a scheduled one can be withdrawn. */
export function versionsTable(place, versions, may, again) {
  const head = [t("Version"), t("State"), t("Takes effect"), t("Published by"), t("Reason"), ""];
  const rows = versions.map((one) => element("tr", cell(element("b", `V${one.number}`)), cell(STATES[one.state]?.() ?? one.state), cell(cityTime.long(new Date(one.effective_from))), cell(one.published_by), cell(one.reason || one.name || ""), cell(links(one, may, again, versions))));
  place.replaceChildren(element("div.scrollx", element("table.table", element("thead", element("tr", ...head.map((words) => element("th", { scope: "col" }, words)))), element("tbody", ...rows))));
}

const cell = (content) => element("td", content);

function links({ number, state }, may, again, versions) {
  const before = versions.find((one) => one.number < number && one.state !== "withdrawn");
  const changes = before ? element("a.btn.sm.quiet", { href: `/plan/compare?before=v${before.number}&after=v${number}`, "aria-label": `${t("What changes")} (V${number})` }, t("What changes")) : "";
  const withdraw = may.publish && state === "scheduled" ? element("button.btn.sm", { type: "button", click: () => withdrawDialog(number, again) }, t("Withdraw…")) : "";
  const revive = may.publish && OVER.has(state) ? element("button.btn.sm.quiet", { type: "button", click: () => reviveDialog(number) }, t("Bring back…")) : "";
  return element("span.row", changes, element("a.btn.sm.quiet", { href: `/api/v1/versions/${number}/notice`, target: "_blank" }, t("Notice")), withdraw, revive);
}
