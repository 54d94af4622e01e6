import { cityTime } from "../cityTime.js";
import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { categoryIcon } from "./categoryIcon.js";
import { formatSize } from "./formatSize.js";
import { openSheet } from "./openSheet.js";
import { stepWords } from "./stepWords.js";

/**
 * Show what waits on this phone: each with its size and its progress, and what was refused with the reason and what to do.
 * @param {object} state
 * @param {object} queue
 * @param {{login: string, look: (number: string) => void, seenOf: (item: object) => number|null}} actions
 */
export function queueSheet(state, queue, { login, look, seenOf }) {
  const list = element("div.queuelist");
  const heading = () => t("{count} to be sent", { count: state.get("items").length });
  const dialog = openSheet(heading(), t("All of it is kept on this phone. It is sent by itself when there is a net, each once."), list,
    element("div.foot.inline",
      element("button.btn.lg.grow", { type: "button", click: () => dialog.close() }, t("Later")),
      element("button.btn.lg.primary.grow", { type: "button", id: "send-now", click: queue.send }, t("Try again now"))));
  const paint = () => {
    if (!dialog.isConnected) return;
    dialog.querySelector("h2").textContent = heading();
    list.replaceChildren(...state.get("items").map((item) => row(item)), ...notes(state.get("items")));
    if (!state.get("items").length) list.replaceChildren(element("p.empty", icon("ok"), t("Everything has arrived.")));
  };
  state.on(["items", "sending", "isOnline", "signedOut"], paint);
  paint();

  function row(item) {
    const sending = state.get("sending")?.id === item.id ? state.get("sending").share : null;
    const photos = item.photos ?? [];
    const size = photos.reduce((sum, { blob }) => sum + blob.size, 0);
    const facts = [cityTime.hour(new Date(item.at)), photos.length ? t("{count} photos", { count: photos.length }) : t("no photo"), size ? formatSize(size) : ""];
    return element("div.it", { "data-id": item.id, "data-status": item.status },
      element("span.ci", icon(item.kind === "report" ? categoryIcon(item.category) : stepWords(item.body.action).icon)),
      element("div.grow", element("b", item.title), element("small", facts.filter(Boolean).join(" · ")), sending === null ? null : bar(sending), item.problem ? refusal(item) : null),
      element("span.faint.word", word(item, sending)));
  }

  function word(item, sending) {
    if (item.status === "refused") return t("refused");
    if (sending !== null) return t("{share} % sent", { share: Math.round(sending * 100) });
    if (item.login !== login) return t("waits for {login}", { login: item.login });
    if (state.get("signedOut")) return t("waits for the sign-in");
    return state.get("isOnline") ? t("waits its turn") : t("waits for the net");
  }

  /** Why the server refused it, and what can be done: look, send it on what stands now, or let it go. */
  function refusal(item) {
    const seen = seenOf(item);
    const buttons = [
      item.kind === "step" ? element("button.btn", { type: "button", click: () => (dialog.close(), look(item.number)) }, t("Look at the case")) : null,
      element("button.btn", { type: "button", click: () => queue.again(item.id, seen === null ? {} : { seen }) }, t("Send it again")),
      element("button.btn.danger", { type: "button", click: () => queue.discard(item.id) }, t("Throw it away")),
    ];
    return element("div.refusal", { role: "status" }, element("p", item.problem.message), element("p.faint", advice(item)), element("div.row.wrap", ...buttons.filter(Boolean)));
  }

  return dialog;
}

function advice({ kind, problem }) {
  if (problem.type.endsWith("moved-on")) return t("Somebody was faster. Look at the case; if your step still holds, send it again.");
  if (problem.status === 403) return t("It is no longer yours. Tell your dispatcher before you throw it away.");
  if (kind === "report") return t("Report it anew where the reason can be mended.");
  return t("Look at the case: it stands otherwise than when you acted.");
}

function bar(share) {
  const inner = element("i");
  inner.style.width = `${Math.round(share * 100)}%`;
  return element("div.progress", inner);
}

function notes(items) {
  return items.map(({ near_m: near }, i) => (Number.isFinite(near) ? element("div.note.s-risk", icon("info"), element("span", t("Number {number} is {metres} m from a border: the system decides whose it is, perhaps not yours.", { number: i + 1, metres: Math.round(near) }))) : null)).filter(Boolean);
}
