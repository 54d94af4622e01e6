import { cityTime } from "../cityTime.js";
import { element } from "../element.js";
import { formatRest } from "../formatRest.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { stateBadge } from "../map/cases/stateBadge.js";
import { fuse } from "./fuse.js";
import { openSheet } from "./openSheet.js";
import { photoSlot } from "./photoSlot.js";
import { photoView } from "./photoView.js";
import { stepSheet } from "./stepSheet.js";
import { stepWords } from "./stepWords.js";
import { taskLook } from "./taskLook.js";

/**
 * Return the view of one thing to do: what it is, its photos before and after, what to look at, its history, and what may be done.
 * @param {object} task with the steps that wait on this phone counted in
 * @param {object} patch
 * @param {{back: () => void, take: (task: object, body: object, more?: object) => void, draft: object, keepDraft: () => void, now: () => Date, login: string, queue: () => void}} actions
 */
export function caseView(task, patch, actions) {
  const told = task.reports[0];
  const draft = actions.draft;
  const can = (action) => task.possible.find((one) => one.action === action);
  const title = task.category?.title ?? t("no category");
  const pair = element("div.big");
  const view = element("section.view", { "aria-label": title, "data-seen": task.seen },
    element("header.hd", element("button.btn.icon.quiet.l", { type: "button", "aria-label": t("Back"), click: actions.back }, icon("left")), element("h2.grow.clip", title),
      others().length ? element("button.btn.icon.quiet.l", { type: "button", "aria-label": t("More"), id: "more", click: more }, icon("more")) : null),
    element("div.scroll",
      element("div.head", element("div.row.wrap", ...badges(), element("span.grow"), element("span.code", `…${task.number.slice(-6)}`)),
        told.description ? element("h3", told.description) : null,
        element("p.muted", [task.grid_title, task.category?.code].filter(Boolean).join(" · ")), fuse(task.burnt), task.case ? times() : null),
      task.case?.waits_for === "urge" ? element("div.note.s-overdue.inset", icon("bell"), element("span", urgeWords())) : null,
      ...task.waiting.map((item) => element("div.note.inset", icon("offline"), element("span", t("{what}: kept on this phone, sent when there is a net.", { what: stepWords(item.body.action).name })))),
      ...task.refused.map((item) => element("div.note.s-overdue.inset", { role: "status" }, icon("alert"), element("span.grow", t("{what} was refused: {why}", { what: stepWords(item.body.action).name, why: item.problem.message }), " ", element("button.link", { type: "button", click: actions.queue }, t("To send"))))),
      pair, task.checklist.length && can("handle") ? checklist() : null, history(), task.case ? whoChecks() : null),
    foot());
  paintPhotos();
  return view;

  function badges() {
    const state = task.case?.state ?? told.state;
    const look = taskLook(task);
    const clock = task.case && look !== state && (look === "overdue" || look === "risk") ? element(`span.badge.s-${look}`, icon(look), formatRest(new Date(task.case.due_at), actions.now())) : null;
    return [stateBadge({ rework: "handling", handled: "checking", pending_close: "checking" }[state] ?? state), clock].filter(Boolean);
  }

  function times() {
    const given = task.history.findLast(({ action }) => action === "dispatch" || action === "settle" || action === "claim");
    return element("div.row.faint.times", element("span", given ? t("{time} dispatched", { time: cityTime.short(new Date(given.at)) }) : ""), element("span.grow"), element("span", t("due {time}", { time: cityTime.short(new Date(task.case.due_at)) })));
  }

  function urgeWords() {
    const urge = task.history.findLast(({ action }) => action === "urge");
    return t("Urged: {words} Reply before you hand the work in.", { words: urge?.reason ?? "" });
  }

  function paintPhotos() {
    const before = [...task.reports.flatMap(({ photos = [] }) => photos), ...task.history.flatMap(({ photos }) => photos?.before ?? [])];
    const after = task.history.flatMap(({ photos }) => photos?.after ?? []);
    const mine = (field) => draft.photos.filter((one) => one.field === field).map((one) => photoView(one.blob, word(field), can("handle") ? () => remove(one) : null));
    const sent = task.waiting.flatMap(({ photos = [] }) => photos).map(({ blob, field }) => photoView(blob, word(field)));
    const add = (field) => (can("handle") && !can("handle").forbidden ? [photoSlot(field === "after" ? t("Photo of the work done") : t("Photo before the work"), (blobs) => keep(field, blobs), `photo-${field}`)] : []);
    const shown = [...before.slice(0, 3).map(({ url, thumb }) => photoView(thumb ?? url, t("Before the work"))), ...mine("before"), ...(before.length ? [] : add("before")),
      ...after.slice(-3).map(({ url, thumb }) => photoView(thumb ?? url, t("After the work"))), ...mine("after"), ...sent, ...add("after")];
    pair.replaceChildren(...shown);
    pair.hidden = !shown.length;
  }

  function keep(field, blobs) {
    draft.photos.push(...blobs.map((blob) => ({ field, blob })));
    actions.keepDraft();
    paintPhotos();
  }

  function remove(photo) {
    draft.photos.splice(draft.photos.indexOf(photo), 1);
    actions.keepDraft();
    paintPhotos();
  }

  function checklist() {
    return element("div.sec.checklist", element("h3", t("Is it done?")), ...task.checklist.map((line, i) => {
      const box = element("input", { type: "checkbox", id: `done-${i}`, checked: draft.checked.includes(line), change: () => ((draft.checked = box.checked ? [...draft.checked, line] : draft.checked.filter((one) => one !== line)), actions.keepDraft()) });
      return element("label.row", { for: box.id }, box, line);
    }));
  }

  function history() {
    const lines = [line("report", new Date(told.received_at), t("reported"), "", ""), ...task.history.map(({ action, at, by, role, reason }) => line(stepWords(action).icon, new Date(at), stepWords(action).done, by === actions.login ? t("You") : role === "clock" ? "" : (task.people?.[by] ?? by), reason))];
    return element("div.sec", element("h3", t("What happened")), element("ol.chain", ...lines.map((one, i) => (one.classList.add(i === lines.length - 1 ? "won" : "hit"), one))));
  }

  function line(name, at, did, by, why) {
    return element("li", element("span.d", icon(name, "s")), element("span", `${cityTime.short(at)} `, by ? element("b", by) : null, by ? " " : "", did, why ? element("span.why", ` · ${why}`) : null));
  }

  function whoChecks() {
    if (task.kind !== "handle") return null;
    return element("div.note.inset", icon("people"), element("span", t("Somebody else checks it on the spot. You cannot check what you have handled.")));
  }

  function foot() {
    const [main, second] = [primary(), secondary()];
    if (!main && !second) return null;
    return element("div.foot", second, main);
  }

  function primary() {
    const urged = can("reply") && task.case?.waits_for === "urge";
    if (urged && (can("handle")?.forbidden || !can("handle"))) return button("reply", t("Reply to the urge"), () => ask("reply"));
    if (can("claim") && !can("claim").forbidden) return button("claim", t("Take it on"), () => take({ action: "claim" }));
    if (can("handle")) return button("handle", t("Done, send to check"), handle, can("handle").forbidden);
    if (can("check")) return button("check-passed", t("It is done: passed"), () => take({ action: "check", passed: true }), can("check").forbidden);
    if (can("verify")) return button("verify-found", t("It is there"), () => take({ action: "verify", found: true }));
    return null;
  }

  function secondary() {
    if (can("check") && !can("check").forbidden) return side("check-failed", t("Not done…"), () => ask("check", { values: { passed: false }, title: t("Not done: back to work"), ask: t("What is still wrong") }));
    if (can("verify")) return side("verify-missing", t("Not there…"), () => ask("verify", { values: { found: false }, title: t("It is not there"), ask: t("What you saw") }));
    if (can("return") || can("hand_back")) return side("not-mine", t("Not mine…"), notMine);
    return null;
  }

  function handle() {
    const open = task.checklist.filter((one) => !draft.checked.includes(one));
    if (!open.length) return take({ action: "handle" }, { photos: draft.photos });
    const sheet = openSheet(t("Is it done?"), t("Not ticked yet: {lines}", { lines: open.join("; ") }),
      element("div.foot.inline", element("button.btn.lg", { type: "button", click: () => sheet.close() }, t("Back")),
        element("button.btn.lg.primary.grow", { type: "button", id: "handle-anyway", click: () => (sheet.close(), take({ action: "handle" }, { photos: draft.photos })) }, t("Hand in all the same"))));
  }

  /** A handler first hands back what was given to him by name; then it is returned. */
  function notMine() {
    const back = can("hand_back") && !can("hand_back").forbidden;
    const returning = can("return");
    if (returning?.forbidden && !back) return tell(returning.forbidden);
    ask("return", {}, (body) => {
      if (back) actions.take(task, { action: "hand_back", reason: body.reason });
      take(body);
    });
  }

  function more() {
    const sheet = openSheet(t("More"), "", element("div.choices", ...others().map(({ action, forbidden }) => element("button.btn.lg.block", { type: "button", disabled: Boolean(forbidden), title: forbidden, click: () => (sheet.close(), ask(action)) }, icon(stepWords(action).icon), stepWords(action).name, forbidden ? element("small", forbidden) : null))));
  }

  function others() {
    return task.possible.filter(({ action }) => ["ask_extension", "assign", "revoke", "hand_back"].includes(action) || (action === "reply" && task.case?.waits_for === "urge")).filter(({ action }) => action !== "assign" || patch.colleagues.length);
  }

  function ask(action, more_ = {}, done = take) {
    const possible = can(action);
    const needsReason = more_.ask !== undefined || (possible?.needs ?? []).includes("reason") || action === "return";
    stepSheet({ action, needsReason, department: task.case?.department, ...more_ }, patch, done);
  }

  function take(body, extra = {}) {
    actions.take(task, body, extra);
    actions.back();
  }

  function button(id, words, click, forbidden = null) {
    return element("button.btn.primary.lg.grow", { type: "button", id, disabled: Boolean(forbidden), title: forbidden, click }, icon("check", "l"), forbidden ? element("span.clip", forbidden) : words);
  }
}

const word = (field) => (field === "after" ? t("After the work") : t("Before the work"));
const side = (id, words, click) => element("button.btn.lg.side", { type: "button", id, click }, words);
const tell = (words) => openSheet(t("Not possible now"), words);
