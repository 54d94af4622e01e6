import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { sides } from "./sides.js";

/**
 * Keep the two fields that say what is compared with what, and the button that turns them round.
 * @param {HTMLElement} place
 * @param {object} state `before`, `after`, `versions`, `drafts`
 * @returns {{turn: () => void, words: (side: string) => string}}
 */
export function sidesForm(place, state) {
  const field = (id, title, change) => {
    const select = element("select.input.sm", { id, change: () => change(select.value) });
    return { select, whole: element("label.row", { for: id }, element("span.faint", title), select) };
  };
  const before = field("before", t("Before"), (side) => state.set({ before: side }));
  const after = field("after", t("After"), (side) => choose({ after: side, before: state.get("before") }));
  const swap = element("button.btn.icon.sm", { type: "button", id: "turn", title: t("Turn round"), "aria-label": t("Turn round"), click: turn }, icon("compare"));
  place.append(before.whole, swap, after.whole);
  place.addEventListener("submit", (event) => event.preventDefault());

  const known = () => [state.get("versions"), state.get("drafts")];

  function choose(asked) {
    state.set(sides.default(asked, ...known()));
  }

  function turn() {
    const [one, other] = [state.get("before"), state.get("after")];
    if (one && sides.beside(one, ...known()).includes(other)) state.set({ before: other, after: one });
  }

  function show() {
    const [side, other] = [state.get("after"), state.get("before")];
    after.select.replaceChildren(...sides.of(...known()).map((one) => option(one, side)));
    before.select.replaceChildren(...(side ? sides.beside(side, ...known()) : []).map((one) => option(one, other)));
    swap.disabled = !other || !sides.beside(other, ...known()).includes(side);
  }

  const option = (side, chosen) => element("option", { value: side, selected: side === chosen }, words(side));

  function words(side) {
    if (!side) return "–";
    const number = Number(side.slice(1));
    if (side.startsWith("d")) return t("Draft {id}: {name}", { id: number, name: state.get("drafts").find(({ id }) => id === number)?.name ?? "" });
    const found = state.get("versions").find((one) => one.number === number);
    return found ? `V${number} · ${cityTime.short(new Date(found.effective_from))}` : `V${number}`;
  }

  state.on(["versions", "drafts", "before", "after"], show);
  show();
  return { turn, words };
}
