const SWITCH = "singleKeys";

const isTyping = (target) => target.closest?.("input, select, textarea, [contenteditable]");

/** Return whether single-letter keys act; the reader can switch them off. */
const areOn = () => localStorage.getItem(SWITCH) !== "off";

/**
 * Run `actions[key]` when that key is pressed outside of typing.
 * `"g m"` is g, then m. Escape is heard everywhere.
 * @param {Record<string, (event: KeyboardEvent) => void>} actions
 */
function listen(actions) {
  let before = "";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action = actions[`${before} ${key}`] ?? actions[key];
    before = key;
    if (!action || !hears(event, key)) return;
    event.preventDefault();
    action(event);
  });
}

/** An open dialog has the keyboard for itself. */
const isInDialog = () => document.querySelector("dialog[open]") !== null;

function hears(event, key) {
  if (isInDialog()) return false;
  if (key === "Escape") return true;
  if (isTyping(event.target)) return false;
  if ((key === "Enter" || key === " ") && event.target.closest?.("button, a, summary, [role=option], [role=slider]")) return false;
  if (key.startsWith("Arrow") && event.target.closest?.("[role=slider], [role=listbox], dialog")) return false;
  return key.length > 1 || areOn();
}

/** Keys of the page, and the switch for them. */
export const keys = { listen, areOn, turn: (on) => localStorage.setItem(SWITCH, on ? "on" : "off") };
