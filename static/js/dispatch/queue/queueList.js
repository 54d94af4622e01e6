import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { now } from "../now.js";
import { tabs } from "../tabs.js";
import { groupTitle, groupWords } from "./groupWords.js";
import { queueRow } from "./queueRow.js";

const ROW = 52;
const HEAD = 31;
const SPARE = 12;
const SKELETONS = 8;
const NEAR_END = 600;

/**
 * Keep the queue: groups and rows, drawn only where they are seen, the next page fetched near the end.
 * @param {object} state tab, rows, groups, open, chosen, gone, hasMore, isLoading
 * @param {{open: (row: object) => void, choose: (row: object, event: Event) => void, more: () => void, mayChoose: () => boolean}} act
 */
export function queueList(state, act) {
  const place = document.getElementById("rows");
  const canvas = element("div", { role: "presentation" });
  let lines = [];

  function layOut() {
    place.setAttribute("aria-busy", String(state.get("isLoading")));
    const { rows } = Object.fromEntries([["rows", state.get("rows")]]);
    if (!rows.length) return place.replaceChildren(state.get("isLoading") ? skeleton() : nothing());
    lines = withHeads(rows);
    canvas.style.cssText = `position: relative; height: ${lines.at(-1).top + lines.at(-1).height}px`;
    if (canvas.parentNode !== place) place.replaceChildren(canvas);
    return draw();
  }

  function draw() {
    if (canvas.parentNode !== place) return;
    const from = place.scrollTop - SPARE * ROW, to = place.scrollTop + (place.clientHeight || 800) + SPARE * ROW;
    canvas.replaceChildren(...lines.filter(({ top, height }) => top + height > from && top < to).map(shown));
    place.setAttribute("aria-activedescendant", state.get("open") ? `row-${state.get("open")}` : "");
    if (state.get("hasMore") && !state.get("isLoading") && canvas.offsetHeight - to < NEAR_END) act.more();
  }

  function shown({ row, group, count, top }) {
    const made = row ? line(row) : head(group, count);
    made.style.cssText = `position: absolute; left: 0; right: 0; top: ${top}px`;
    return made;
  }

  function line(row) {
    const { number } = row;
    const how = { isOpen: state.get("open") === number, isChosen: state.get("chosen").has(number), isGone: state.get("gone").has(number), now: now(), mayChoose: act.mayChoose() };
    return queueRow(row, how, { open: () => act.open(row), choose: (event) => act.choose(row, event) });
  }

  function head(group, count) {
    const { icon: name, look, note } = groupWords[group];
    return element(`div.grp${look && `.s-${look}`}`, { role: "presentation" }, icon(name), element("b", groupTitle(group, state.get("tab"))), element("b", shownCount(count)), element("span", state.get("tab") === "dispatch" ? note() : ""));
  }

  function withHeads(rows) {
    const made = [];
    let top = 0;
    rows.forEach((row, i) => {
      if (i === 0 || row.group !== rows[i - 1].group) {
        made.push({ group: row.group, count: state.get("groups").get(row.group), top, height: HEAD });
        top += HEAD;
      }
      made.push({ row, top, height: ROW });
      top += ROW;
    });
    return made;
  }

  const nothing = () => element("div.empty", icon("check"), element("p", state.get("problem") || tabs.find(({ id }) => id === state.get("tab"))?.empty() || t("Nothing here.")));
  const skeleton = () => element("div", { "aria-hidden": "true" }, ...Array.from({ length: SKELETONS }, () => element("div.skelrow", ...Array.from({ length: 5 }, () => element("span.skel")))));

  place.addEventListener("scroll", draw, { passive: true });
  addEventListener("resize", draw);
  state.on(["rows", "groups", "isLoading", "problem"], layOut);
  state.on(["open", "chosen", "gone"], draw);
  setInterval(() => document.hidden || draw(), 30_000);
  layOut();

  /** Bring a row into view. */
  function reveal(number) {
    const found = lines.find(({ row }) => row?.number === number);
    if (!found) return;
    if (found.top - HEAD < place.scrollTop) place.scrollTop = found.top - HEAD;
    else if (found.top + ROW > place.scrollTop + place.clientHeight) place.scrollTop = found.top + ROW - place.clientHeight;
  }

  return { reveal, focus: () => place.focus({ preventScroll: true }) };
}

const shownCount = (count) => (count === undefined ? "" : count >= 1000 ? "1000+" : String(count));
