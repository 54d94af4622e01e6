import { api } from "../api.js";
import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";

const WAIT_MS = 140;
/** The key code of a key that an input method took, also where the browser says that it has ended. */
const COMPOSED = 229;
const GROUPS = {
  grid: { title: () => t("Grids"), icon: "plan" },
  community: { title: () => t("Communities"), icon: "house" },
  area: { title: () => t("Areas"), icon: "map" },
  road: { title: () => t("Roads"), icon: "road" },
  person: { title: () => t("Staff"), icon: "person" },
  place: { title: () => t("Places"), icon: "pin" },
  case: { title: () => t("Cases"), icon: "report" },
  coordinates: { title: () => t("Coordinates"), icon: "target" },
};
const LEVEL_GROUPS = { responsibility_grid: "grid", unit_grid: "grid", community: "community" };

/** Return the group that a hit of `api.search` is listed under. */
function groupOf({ kind, level, layer }) {
  if (kind === "grid") return LEVEL_GROUPS[level] ?? "area";
  if (kind === "feature") return layer === "road" ? "road" : "place";
  return kind === "place" ? "coordinates" : kind;
}

/**
 * Keep the search: results in groups while typing, arrows choose, Enter goes there.
 * @param {() => object} version what `api.search` asks in
 * @param {(hit: object) => void} go
 * @param {ParentNode} around what holds `#search` and `#results`
 */
export function searchBox(version, go, around = document) {
  const input = around.querySelector("#search");
  const results = around.querySelector("#results");
  let hits = [];
  let chosen = -1;
  let waiting = 0;
  let shownFor = "";
  let asked = null;

  async function look() {
    asked?.abort();
    asked = new AbortController();
    const words = input.value.trim();
    if (!words) return close();
    try {
      show(await api.search(words, version(), { signal: asked.signal }), words);
    } catch (problem) {
      if (problem.name !== "AbortError") say(problem.message);
    }
  }

  function show(found, words) {
    hits = found;
    shownFor = words;
    if (!hits.length) return say(t("Nothing here is called {words}. A code, a name, a road or coordinates like 119.603, 39.931 work.", { words }));
    results.replaceChildren(...grouped(hits, words, take), hint());
    open();
    choose(0);
  }

  function say(text) {
    hits = [];
    results.replaceChildren(element("p.faint.none", { role: "status" }, text));
    open();
  }

  function open() {
    results.hidden = false;
    results.setAttribute("role", hits.length ? "listbox" : "status");
    results.setAttribute("aria-label", t("Results"));
    input.setAttribute("aria-expanded", "true");
  }

  function close() {
    clearTimeout(waiting);
    asked?.abort();
    results.hidden = true;
    hits = [];
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(position) {
    chosen = (position + hits.length) % hits.length;
    results.querySelectorAll("[role=option]").forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
    input.setAttribute("aria-activedescendant", `hit-${chosen}`);
    results.querySelector(`#hit-${chosen}`)?.scrollIntoView({ block: "nearest" });
  }

  function take(position) {
    const hit = hits[position];
    close();
    input.blur();
    if (hit) go(hit);
  }

  const isShown = () => input.value.trim() === shownFor;

  /** Whoever presses Enter before the results are there goes to the first of them. */
  async function takeFirst() {
    clearTimeout(waiting);
    await look();
    if (hits.length && isShown()) take(0);
  }

  const moves = {
    ArrowDown: () => hits.length && choose(chosen + 1),
    ArrowUp: () => hits.length && choose(chosen - 1),
    Enter: () => (hits.length && isShown() ? take(chosen) : takeFirst()),
    Escape: () => (close(), input.blur()),
  };

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (!moves[event.key] || event.isComposing || event.keyCode === COMPOSED) return;
    event.preventDefault();
    event.stopPropagation();
    moves[event.key]();
  });
  input.addEventListener("focus", () => input.value.trim() && look());
  document.addEventListener("pointerdown", ({ target }) => {
    if (!target.closest("#results, #searchbox")) close();
  });

  return { focus: () => (input.focus(), input.select()) };
}

function grouped(hits, words, take) {
  const parts = [];
  hits.forEach((hit, position) => {
    const group = GROUPS[groupOf(hit)];
    if (position === 0 || groupOf(hit) !== groupOf(hits[position - 1])) parts.push(element("div.hd", { role: "presentation" }, group.title()));
    parts.push(row(hit, position, group.icon, words, take));
  });
  return parts;
}

function row({ title, note, phone }, position, name, words, take) {
  const pick = (event) => (event.preventDefault(), take(position));
  return element("div.it", { role: "option", id: `hit-${position}`, "aria-selected": "false", pointerdown: pick },
    icon(name, "l"), element("div.grow", element("div.clip", ...marked(title, words)), element("div.faint.clip", note)), phone ? element("span.faint.num", phone) : null);
}

/** The words that were looked for, in bold. */
function marked(title, words) {
  const at = title.toLowerCase().indexOf(words.toLowerCase());
  if (at < 0) return [title];
  return [title.slice(0, at), element("mark", title.slice(at, at + words.length)), title.slice(at + words.length)];
}

function hint() {
  const key = (name) => element("kbd", name);
  return element("div.row.faint.hint", { "aria-hidden": "true" }, key("↑"), key("↓"), t("choose"), key("↵"), t("go there"), element("span.grow"), t("Coordinates can be pasted too"));
}
