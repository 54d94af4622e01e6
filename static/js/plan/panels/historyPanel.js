import { cityTime } from "../../cityTime.js";
import { counted } from "../../counted.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { editIcon } from "./editIcon.js";

const SHOWN = 200;

/**
 * Keep the list of edits, newest first, with the named states between them; the reason of the next edit stands under it.
 * @param {HTMLElement} place
 * @param {object} state
 * @param {{undo: Function, redo: Function, mark: Function, restore: Function}} actions
 */
export function historyPanel(place, state, { undo, redo, mark, restore }) {
  const tool = (name, title, click) => element("button.btn.icon.sm", { type: "button", title, "aria-label": title, click }, icon(name));
  const [back, again, flag] = [tool("undo", t("Undo"), undo), tool("redo", t("Redo"), redo), tool("flag", t("Name this state"), mark)];
  const count = element("span.faint");
  const list = element("ol.edits");
  const reason = element("input.input.sm", { id: "reason", maxlength: 500, autocomplete: "off", placeholder: t("why, for whoever approves"), input: () => state.set({ reason: reason.value.trim() }) });
  const field = element("div.reason", element("label", { for: "reason" }, t("Reason of the next edits")), reason);
  place.append(element("div.head", element("h2", t("Edits"), " ", count), flag, back, again), element("div.scroll", { tabindex: 0, "aria-label": t("Edits") }, list), field);

  function show() {
    const edits = state.get("edits");
    const made = edits.filter(({ undone }) => !undone);
    count.textContent = counted(made.length, t("{count} step"), t("{count} steps"));
    back.disabled = !state.get("canUndo") || !state.get("canEdit") || state.get("isBusy");
    again.disabled = !state.get("canRedo") || !state.get("canEdit") || state.get("isBusy");
    flag.disabled = reason.disabled = !state.get("canEdit");
    field.hidden = !state.get("canEdit");
    const rows = [...edits].sort((a, b) => b.number - a.number).slice(0, SHOWN).flatMap((one) => [...marksAt(one.number), row(one, one === made.at(-1))]);
    list.replaceChildren(...rows, ...marksAt(0));
    if (!rows.length) list.append(element("li.none.faint", t("Nothing is changed yet.")));
  }

  function marksAt(number) {
    return state.get("checkpoints").filter((one) => one.number === number).map((one) => checkpoint(one));
  }

  function checkpoint(one) {
    const go = state.get("canEdit") ? element("button.btn.sm.quiet", { type: "button", click: () => restore(one) }, t("Back to it")) : null;
    return element("li.mark", element("span.ic", icon("flag")), element("span.what", element("b", one.name), element("span.faint", one.made_by)), go);
  }

  state.on(["edits", "checkpoints", "canUndo", "canRedo", "canEdit", "isBusy"], show);
  show();
}

function row({ edit, text, reason, made_by: by, made_at: at, undone }, isLast) {
  const look = undone ? "li.undone" : isLast ? "li.on" : "li";
  return element(look, element("span.ic", icon(editIcon(edit?.op))),
    element("span.what", element("b", text ?? edit?.op), element("span.faint", reason || by)),
    element("span.faint.when", { title: `${by} · ${cityTime.long(new Date(at))}` }, undone ? t("undone") : cityTime.hour(new Date(at))));
}
