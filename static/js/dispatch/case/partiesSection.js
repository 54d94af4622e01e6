import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { page } from "../../pageData.js";
import { returnWords } from "../steps/returnWords.js";

/**
 * What the departments say who have sent a case back, side by side; whom one of them names stands there too.
 * @param {object[]} history
 * @param {Record<string, string>} people names by login
 * @returns {HTMLElement[]} nothing where no department has sent it back
 */
export function partiesSection(history, people) {
  const parties = partiesOf(history);
  if (!parties.length) return [];
  return [element("div.sec", element("h3", icon("scales"), t("What the departments say")), element("div.parties", ...parties.map((one) => party(one, people))))];
}

const OVER = new Set(["settle", "handle", "reopen"]);

/** Each department with its last return, in the order in which they spoke; one that was only named has none. Work that is done ends it. */
function partiesOf(history) {
  const parties = new Map();
  let department = "";
  for (const event of history) {
    if (OVER.has(event.action)) parties.clear();
    if (event.action === "return") {
      const named = event.data.next_owner;
      parties.set(department, { department, event });
      if (named && !parties.has(named)) parties.set(named, { department: named, event: null });
    }
    department = event.data.department ?? department;
  }
  return [...parties.values()];
}

function party({ department, event }, people) {
  const name = page.departments[department] ?? department;
  if (!event) return element("div.party", element("b", name), element("p.faint", t("was named and has not said anything yet")));
  const { data, reason, by, at } = event;
  const owner = data.next_owner ? element("p.faint", t("names {department}", { department: page.departments[data.next_owner] ?? data.next_owner })) : null;
  return element("div.party", element("b", name), element("p", [returnWords(data.kind), reason].filter(Boolean).join(": ")), owner, element("p.faint", `${people[by] ?? by} · ${cityTime.short(new Date(at))}`));
}
