import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { openDialog } from "../../shell/openDialog.js";
import { moment } from "./moment.js";

const STATES = { current: () => t("in force"), past: () => t("past"), scheduled: () => t("scheduled"), withdrawn: () => t("withdrawn") };

/**
 * Ask which time is looked at: now, an instant, a version's first moment, or a draft.
 * @param {object} state
 */
export function timeDialog(state) {
  const lists = element("div.fields");
  const field = element("input.input", { type: "datetime-local", id: "instant", value: cityTime.local(moment.of(state.get("at"))) });
  const form = element("form.fields", { submit: look },
    element("div.field", element("label", { for: "instant" }, t("Instant, in the city's time")), field),
    element("button.btn.primary", { type: "submit" }, icon("clock"), t("Look at this time")),
    lists,
  );
  const now = element("button.btn", { type: "button", click: () => go({ at: null, draft: null }) }, icon("undo"), t("Back to now"), element("kbd", "N"));
  const dialog = openDialog(t("Another time"), form, { footer: [now] });
  dialog.classList.add("narrow");
  field.focus();
  dialog.addEventListener("close", state.on(["versions", "drafts", "version"], list));
  list();

  function list() {
    const drafts = state.get("drafts");
    lists.replaceChildren(section(t("Versions"), state.get("versions").map(versionRow)), ...(drafts.length ? [section(t("Drafts"), drafts.map(draftRow))] : []));
  }

  function look(event) {
    event.preventDefault();
    if (field.value) go({ at: field.value.slice(0, 16), draft: null });
  }

  function go(changes) {
    dialog.close();
    state.set(changes);
  }

  function versionRow({ number, name, state: kind, effective_from: from }) {
    const at = kind === "current" ? null : cityTime.local(new Date(from));
    return choice(`V${number}`, [name, cityTime.long(new Date(from)), STATES[kind]?.() ?? kind], state.get("version")?.version === number, () => go({ at, draft: null }));
  }

  function draftRow({ id, name, created_by: by }) {
    return choice(t("Draft {id}", { id }), [name, by], state.get("draft") === id, () => go({ draft: id, at: null }));
  }
}

const section = (title, rows) => element("div", element("h3.subhead", title), element("div.times", ...rows));

function choice(title, notes, isChosen, click) {
  return element("button.time", { type: "button", click, "aria-pressed": String(isChosen) }, element("b", title), element("span.grow.muted", notes.filter(Boolean).join(" · ")));
}
