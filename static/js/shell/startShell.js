import { paintIcons } from "../paintIcons.js";
import { keysDialog } from "./keysDialog.js";

/**
 * Wake what every page has: drawings, theme, the list of keys.
 * @param {() => void} [themed] called after the theme has changed
 * @param {() => string[][]} [keyRows] what each key does, where it is not the map's
 */
export function startShell(themed = () => {}, keyRows) {
  paintIcons();
  document.getElementById("keys")?.addEventListener("click", () => keysDialog(keyRows?.()));
  document.getElementById("theme")?.addEventListener("click", () => {
    turnTheme();
    themed();
  });
  document.getElementById("language")?.addEventListener("click", keepPlace);
}

function turnTheme() {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = theme;
  localStorage.setItem("theme", theme);
}

/** The other language opens at the same place: the address after # goes along. */
function keepPlace({ currentTarget }) {
  currentTarget.hash = location.hash;
}
