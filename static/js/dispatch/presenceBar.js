import { element } from "../element.js";
import { t } from "../i18n.js";
import { page } from "../pageData.js";
import { avatar } from "./avatar.js";

const MOST = 4;

/** Keep who else sits at the desk; whoever looks at the same case is named. */
export function presenceBar(state) {
  const place = document.getElementById("present");

  function show() {
    const others = state.get("present");
    const beside = others.filter(({ login, case: number }) => login !== page.me && number && number === state.get("open"));
    place.replaceChildren(...others.slice(0, MOST).map(({ name }) => Object.assign(avatar(name, "xs"), { title: name })),
      element(beside.length ? "span.amber" : "span", beside.length ? t("{names} looks at this one too", { names: beside.map(({ name }) => name).join(", ") }) : others.length > 1 ? t("{count} at the desk", { count: others.length }) : ""));
  }

  state.on(["present", "open"], show);
}
