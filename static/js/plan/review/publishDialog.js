import { api } from "../../api.js";
import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { page } from "../../pageData.js";
import { openDialog } from "../../shell/openDialog.js";
import { labelled } from "../panels/formDialog.js";
import { blockers } from "./blockers.js";
import { consequencesNote } from "./consequencesNote.js";

const A_DAY_MS = 86_400_000;

/**
 * Show whether a draft can be published, what is in the way, and take the instant it takes effect.
 *
 * What blocks stands first, in red, with the way to it; the button stays off with the reason beside it.
 * @param {object} bench
 * The draft is looked over as things will stand at that instant: posts and documents end by then.
 * @param {{goTo: (finding: object) => void}} actions
 */
export async function publishDialog(bench, { goTo }) {
  const { state, id } = bench;
  const found = blockers({ goTo: (finding) => (dialog.close(), goTo(finding)), changed: judge });
  const soonest = Math.max(Date.parse(page.now), state.get("newestBegins")) + A_DAY_MS;
  const start = `${cityTime.local(new Date(soonest)).slice(0, 10)}T00:00`;
  const when = element("input.input", { id: "effective", type: "datetime-local", value: start, change: lookOver });
  const reason = element("input.input", { id: "publish-reason", maxlength: 500, autocomplete: "off", value: state.get("draft").reason ?? "", input: judge });
  const why = element("span.red.grow.why", { id: "why-not", role: "status" }, t("Looking over the whole draft…"));
  const go = element("button.btn.primary", { type: "button", id: "publish-now", disabled: true, "aria-describedby": "why-not", click: publish }, t("Publish"));
  const back = element("button.btn", { type: "button", click: () => dialog.close() }, t("Back to the draft"));
  const body = element("div.fields", element("p.muted", t("Published without red findings, after another person has approved. A version is never changed, only followed by the next.")), found.list,
    element("div.two", labelled(t("Takes effect"), when, t("The switch happens by itself. Empty: at once.")), labelled(t("Reason"), reason)));
  const dialog = openDialog(t("Publish"), body, { footer: [why, back, go] });
  let toRepost = 0;
  await lookOver();

  async function lookOver() {
    const at = when.value;
    go.disabled = true;
    why.textContent = t("Looking over the whole draft…");
    try {
      const [audit, consequences] = await Promise.all([api.audit({ draft: id }, at), consequencesNote(id, at)]);
      if (at !== when.value) return;
      toRepost = consequences.toRepost;
      found.show(audit.findings, [...consequences.rows, approval(state.get("draft"))]);
      judge();
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      why.textContent = problem.message;
    }
  }

  function judge() {
    const cannot = whyNot();
    why.replaceChildren(...(cannot ? [icon("lock", "s"), " ", cannot] : []));
    go.disabled = Boolean(cannot);
  }

  function whyNot() {
    const count = found.blocking();
    if (count) return t("{count} red: not publishable", { count });
    if (toRepost) return t("People have to be posted elsewhere first");
    if (state.get("draft").status !== "approved") return t("Not approved yet");
    if (!page.may.publish) return t("Only planners publish.");
    return found.accepted().length && !reason.value.trim() ? t("Say why it may stay so.") : "";
  }

  async function publish() {
    go.disabled = true;
    state.set({ isBusy: true });
    try {
      const accept = found.accepted();
      const { version } = await api.drafts.review(id, "publish", { ...(accept.length ? { accept } : {}), reason: reason.value.trim(), ...(when.value ? { effective_from: when.value } : {}) });
      state.set({ draft: { ...state.get("draft"), status: "published" }, canEdit: false, whyNot: t("The draft is published: begin another.") });
      body.replaceChildren(receipt(version));
      why.replaceChildren();
      go.remove();
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      why.textContent = problem.message;
      go.disabled = false;
    } finally {
      state.set({ isBusy: false });
    }
  }
}

function approval({ status, approved_by: by }) {
  const isDone = status === "approved";
  const words = isDone ? by : status === "submitted" ? t("under review") : t("not submitted yet");
  return element(isDone ? "li.ok" : "li", icon(isDone ? "ok" : "person", "l"), element("span.grow", element("b", t("Approval")), element("span.cause", words)), isDone ? "" : element("span.faint", t("not by oneself")));
}

function receipt({ number, effective_from: from }) {
  return element("div.fields", { role: "status" },
    element("p.row", icon("ok"), element("b", t("Version {number} takes effect on {at}.", { number, at: cityTime.long(new Date(from)) }))),
    element("p.row", element("a.btn", { href: `/api/v1/versions/${number}/notice`, target: "_blank" }, icon("print"), t("Printable notice")), element("a.btn", { href: "/plan" }, t("To the drafts"))));
}
