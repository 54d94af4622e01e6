import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { searchBox } from "../shell/searchBox.js";

/**
 * A field in which a street, a place or coordinates are looked for; the map goes there.
 * @param {(hit: object) => void} go
 * @returns {HTMLElement} it goes into whatever form has a `.seek`
 */
export function placeSearch(go) {
  const input = element("input", {
    id: "search", type: "search", role: "combobox", "aria-expanded": "false", "aria-controls": "results", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false",
    "aria-label": t("Look for a street, a place or coordinates"), placeholder: t("Look for a street, a place or coordinates"),
  });
  const box = element("div.finder", element("label.searchbox", { id: "searchbox" }, icon("search"), input), element("div.float.results", { id: "results", hidden: true }));
  searchBox(() => ({}), go, box);
  return box;
}
