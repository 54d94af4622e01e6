import { element } from "../../element.js";
import { tabs } from "../tabs.js";

/** Keep the tabs with how many wait in each; after a press `focus` gives the keyboard to the rows. */
export function tabsBar(state, choose, focus) {
  const place = document.getElementById("tabs");

  function show() {
    place.replaceChildren(...tabs.map(({ id, word }) => {
      const count = state.get("counts")[id];
      const isOn = state.get("tab") === id;
      return element("button", { type: "button", role: "tab", "aria-selected": String(isOn), "aria-controls": "rows", id: `tab-${id}`, tabindex: isOn ? 0 : -1, click: () => (choose(id), focus()), keydown: move },
        word(), element("b", count === undefined ? "" : count >= 1000 ? "1000+" : String(count)));
    }));
  }

  function move(event) {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const at = tabs.findIndex(({ id }) => id === state.get("tab"));
    choose(tabs[(at + by + tabs.length) % tabs.length].id);
    document.getElementById(`tab-${state.get("tab")}`).focus();
  }

  state.on(["tab", "counts"], show);
  show();
}
