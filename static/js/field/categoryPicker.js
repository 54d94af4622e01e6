import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { categoryIcon } from "./categoryIcon.js";

const FIRST = ["06010", "06042", "06012", "09006", "09009", "01023", "07001"];
const MOST = 7;
const MOST_FOUND = 40;

/**
 * Return the choice of what it is: what is reported often here first, a search over all, and how to tell apart what is often confused.
 * @param {object[]} categories
 * @param {{often: string[], confused: object[]}} patch
 * @param {string} chosen
 * @param {(code: string) => void} choose
 */
export function categoryPicker(categories, patch, chosen, choose) {
  const byCode = new Map(categories.map((one) => [one.code, one]));
  const search = element("input", { type: "search", id: "category-search", autocomplete: "off", placeholder: t("Rubbish, manhole, stall…"), "aria-label": t("Search for a kind"), input: () => paint() });
  const grid = element("div.cats", { role: "group", "aria-label": t("What it is") });
  const hint = element("div.note", { role: "status", hidden: true });
  const state = { chosen, all: false };
  const picker = element("div.picker", element("div.input.l", icon("search"), search), grid, hint);
  paint();
  return picker;

  function paint() {
    const words = search.value.trim().toLowerCase();
    const isShort = !words && !state.all;
    const shown = words ? found(words) : state.all ? categories : often();
    grid.classList.toggle("listed", !isShort);
    grid.replaceChildren(...shown.slice(0, isShort ? MOST : state.all && !words ? categories.length : MOST_FOUND).map(one),
      ...(isShort && categories.length > MOST ? [element("button", { type: "button", id: "all-categories", click: () => ((state.all = true), paint()) }, icon("more"), t("All"))] : []),
      ...(words && !shown.length ? [element("p.faint", t("No kind has these words: choose the nearest, the dispatcher mends it."))] : []));
    const told = patch.confused.find(({ categories: codes }) => codes.includes(state.chosen));
    hint.hidden = !told;
    hint.replaceChildren(icon("info"), element("span", told?.words ?? ""));
  }

  function often() {
    const codes = [state.chosen, ...patch.often, ...FIRST].filter((code) => byCode.has(code));
    return [...new Set(codes)].map((code) => byCode.get(code));
  }

  function found(words) {
    const parts = words.split(/\s+/);
    return categories.filter(({ code, title, name, name_en: english, major_title: major }) => parts.every((part) => [code, title, name, english, major].some((text) => text?.toLowerCase().includes(part))));
  }

  function one({ code, title }) {
    const isOn = code === state.chosen;
    return element("button", { type: "button", class: isOn ? "on" : null, "aria-pressed": String(isOn), "data-code": code, click: () => ((state.chosen = code), (search.value = ""), (state.all = false), choose(code), paint()) }, icon(categoryIcon(code)), element("span", title));
  }
}
