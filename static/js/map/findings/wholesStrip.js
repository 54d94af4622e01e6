import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { formatNumber } from "../../formatNumber.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { caseLook } from "../cases/caseLook.js";

const WHOLES = [
  { id: "land", title: () => t("Land"), icon: "plan" },
  { id: "people", title: () => t("People"), icon: "people" },
  { id: "duties", title: () => t("Duties"), icon: "scales" },
];

/**
 * Keep the strip of the three wholes: is the land whole, are people, are duties; and the open cases beside it.
 * @param {object} state
 * @param {(whole: string) => void} open called with the whole whose findings are wanted
 */
export function wholesStrip(state, open) {
  const strip = document.getElementById("wholes");

  function show() {
    const audit = state.get("audit");
    strip.replaceChildren(head(audit, state.get("isOld")), ...(audit ? WHOLES.map((whole) => cell(whole, audit.whole[whole.id], open)) : skeleton()), element("span.grow"), ...counts(state));
  }

  state.on(["audit", "cases", "isOld", "hidden"], show);
  show();
}

function head(audit, isOld) {
  const checked = audit ? cityTime.hour(new Date(audit.checked_at)) : "";
  const note = isOld ? t("as of {time}, the server is away", { time: checked }) : checked;
  return element(`span.med${isOld ? ".stale" : ""}`, t("Coverage audit"), element("span.faint.checked", note));
}

const lookOf = ({ ok, warnings, is_judged: isJudged }) => (!ok ? "bad" : warnings ? "warn" : isJudged ? "good" : "muted");

function nameOf(look, name) {
  if (look === "bad") return t("{name} not whole", { name });
  return look === "muted" ? name : t("{name} whole", { name });
}

function cell({ id, title, icon: name }, found, open) {
  const { text, count, warnings } = found;
  const look = lookOf(found);
  const parts = [icon(look === "good" ? "ok" : name), element("b", nameOf(look, title())), element("span.clip", text)];
  if (!count && !warnings) return element(`span.${look}`, ...parts);
  return element(`button.${look}`, { type: "button", click: () => open(id), title: text }, ...parts, icon("right", "s"));
}

const skeleton = () => WHOLES.map(() => element("span", element("span.skel.wholeskel")));

function counts(state) {
  const looks = (state.get("cases") ?? []).map(caseLook);
  const count = (look) => formatNumber(looks.filter((one) => one === look).length);
  return [
    element("span.muted.tally", t("Open now"), element("b", formatNumber(looks.length))),
    element("span.red.tally", icon("overdue"), t("Overdue"), element("b", count("overdue"))),
    element("span.amber.tally", icon("risk"), t("At risk"), element("b", count("risk"))),
  ];
}
