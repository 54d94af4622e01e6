import { api } from "../../api.js";
import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { findingWords } from "../../map/findings/findingWords.js";
import { page } from "../../pageData.js";
import { openDialog } from "../../shell/openDialog.js";
import { labelled } from "../panels/formDialog.js";

const SHOWN = 5;
const A_DAY_MS = 86_400_000;
const WHOLES = { land: () => t("Land"), people: () => t("People"), duties: () => t("Duties") };

/**
 * Show whether a draft can be published, what is in the way, and take the instant it takes effect.
 *
 * What blocks stands first, in red, with the way to it; the button stays off with the reason beside it.
 * @param {object} bench
 * @param {{goTo: (finding: object) => void, check: () => Promise<void>}} actions
 */
export async function publishDialog(bench, { goTo, check }) {
  const { state } = bench;
  const list = element("ul.pub", element("li", element("span.skel")));
  const start = cityTime.local(new Date(Math.ceil((new Date(page.now).getTime() + A_DAY_MS) / A_DAY_MS) * A_DAY_MS)).slice(0, 11) + "00:00";
  const when = element("input.input", { id: "effective", type: "datetime-local", value: start });
  const reason = element("input.input", { id: "publish-reason", maxlength: 500, autocomplete: "off", value: state.get("draft").reason ?? "" });
  const why = element("span.red.grow.why", { id: "why-not", role: "status" });
  const go = element("button.btn.primary", { type: "button", id: "publish-now", disabled: true, "aria-describedby": "why-not", click: publish }, t("Publish"));
  const back = element("button.btn", { type: "button", click: () => dialog.close() }, t("Back to the draft"));
  const body = element("div.fields", element("p.muted", t("Published without red findings, after another person has approved. A version is never changed, only followed by the next.")), list,
    element("div.two", labelled(t("Takes effect"), when, t("The switch happens by itself. Empty: at once.")), labelled(t("Reason"), reason)));
  const dialog = openDialog(t("Publish"), body, { footer: [why, back, go] });
  dialog.classList.add("publish");
  await check();
  show();

  function show() {
    const findings = state.get("findings");
    const errors = findings.filter(({ severity, kind }) => severity === "error" && kind !== "no_department");
    const status = state.get("draft").status;
    list.replaceChildren(...errors.slice(0, SHOWN).map(blocking), more(errors), ...Object.keys(WHOLES).map((part) => whole(part, findings)), approval(status));
    const cannot = errors.length ? t("{count} red: not publishable", { count: errors.length }) : status !== "approved" ? t("Not approved yet") : !page.may.publish ? t("Only planners publish.") : "";
    why.replaceChildren(...(cannot ? [icon("lock", "s"), " ", cannot] : []));
    go.disabled = Boolean(cannot);
  }

  function blocking(finding) {
    const fix = element("button.btn.sm", { type: "button", click: () => (dialog.close(), goTo(finding)) }, t("Go and mend"));
    return element("li.no", icon("alert", "l"), element("span.grow", element("b", findingWords(finding)), element("span.cause", finding.text)), fix);
  }

  async function publish() {
    go.disabled = true;
    try {
      const effective = when.value ? { effective_from: when.value } : {};
      const answer = await api.drafts.review(bench.id, "publish", { revision: state.get("revision"), reason: reason.value.trim(), ...effective });
      await bench.reload();
      body.replaceChildren(receipt(answer));
      why.replaceChildren();
      go.remove();
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      why.textContent = problem.message;
      go.disabled = false;
    }
  }
}

const more = (errors) => (errors.length > SHOWN ? element("li.faint", t("and {count} more", { count: errors.length - SHOWN })) : "");

function whole(part, findings) {
  const here = findings.filter((one) => one.part === part);
  const errors = here.filter(({ severity, kind }) => severity === "error" && kind !== "no_department").length;
  if (errors) return "";
  const name = WHOLES[part]();
  return element("li.ok", icon("ok", "l"), element("span.grow", element("b", t("{name} whole", { name })), here.length ? element("span.cause", t("{count} warnings", { count: here.length })) : ""));
}

function approval(status) {
  const isDone = status === "approved" || status === "published";
  const words = isDone ? t("another person approved") : status === "submitted" ? t("under review") : t("not submitted yet");
  return element(isDone ? "li.ok" : "li", icon(isDone ? "ok" : "person", "l"), element("span.grow", element("b", t("Approval")), element("span.cause", words)), isDone ? "" : element("span.faint", t("not by oneself")));
}

function receipt(answer) {
  const version = answer.version ?? answer;
  const number = version.number ?? answer.number;
  const at = version.effective_from ? cityTime.long(new Date(version.effective_from)) : "";
  return element("div.fields", { role: "status" },
    element("p.row", icon("ok"), element("b", t("Version {number} takes effect on {at}.", { number, at }))),
    element("p", element("a.btn", { href: `/api/v1/versions/${number}/notice`, target: "_blank" }, icon("print"), t("Printable notice"))));
}
