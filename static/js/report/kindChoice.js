import { element } from "../element.js";
import { categoryIcon } from "../field/categoryIcon.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { page } from "../pageData.js";
import { findKinds } from "./findKinds.js";

const MOST = 12;

/**
 * What it is: a few kinds as buttons, all others by a search that knows citizens' words.
 * @param {object} state `kind` becomes {code, icon, title}, or null
 */
export function kindChoice(state) {
  const { first } = page.public.kinds;
  const found = element("ul.kinds", { hidden: true, "aria-label": t("Kinds found") });
  const search = element("input.input", { type: "search", id: "kind-search", autocomplete: "off", "aria-label": t("Search all kinds"), placeholder: t("For example: pothole, noise, lamp"), hidden: true, input: list });
  const options = element("div.opts", { role: "radiogroup", "aria-label": t("What is it") }, ...first.map(option), option({ code: "", icon: "more", title: t("Something else") }));
  const chosen = element("p.note", { hidden: true, role: "status" });
  state.on("kind", ({ kind }) => {
    const known = first.some(({ code }) => code === kind?.code);
    chosen.hidden = !kind || known;
    if (kind && !known) chosen.replaceChildren(icon(kind.icon), element("span", kind.title));
  });

  function option(kind) {
    const input = element("input", { type: "radio", name: "kind", value: kind.code, change: () => take(kind) });
    return element("label", input, icon(kind.icon), kind.title);
  }

  function take(kind) {
    if (!kind.code) return open();
    close();
    state.set({ kind });
  }

  function open() {
    search.hidden = false;
    state.set({ kind: null });
    list();
    search.focus();
  }

  function close() {
    search.hidden = found.hidden = true;
    search.value = "";
  }

  function list() {
    const kinds = findKinds(state.get("categories"), page.public.kinds.words, search.value).slice(0, MOST);
    found.hidden = !search.value.trim();
    found.replaceChildren(...(kinds.length ? kinds.map(row) : [element("li.note", t("Nothing found: leave it and describe it below. Somebody will sort it."))]));
  }

  function row({ code, title, major_title: major }) {
    const kind = { code, icon: categoryIcon(code), title };
    return element("li", element("button", { type: "button", click: () => choose(kind) }, icon(kind.icon), element("span", title), element("small", major)));
  }

  function choose(kind) {
    const known = options.querySelector(`input[value="${CSS.escape(kind.code)}"]`);
    if (known) known.checked = true;
    state.set({ kind: first.find(({ code }) => code === kind.code) ?? kind });
    close();
  }

  return { box: [options, search, found, chosen], openSearch: () => ((options.querySelector('input[value=""]').checked = true), open()), clear };

  function clear() {
    for (const input of options.querySelectorAll("input")) input.checked = false;
    close();
    state.set({ kind: null });
  }
}
