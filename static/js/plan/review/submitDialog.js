import { api } from "../../api.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { openDialog } from "../../shell/openDialog.js";
import { toast } from "../../toast.js";
import { labelled } from "../panels/formDialog.js";
import { blockers } from "./blockers.js";

/**
 * Hand a draft in for review: the whole of it is looked over first, and what is red keeps the button off.
 * @param {object} bench
 * @param {{goTo: (finding: object) => void, check: () => Promise<void>}} actions
 */
export async function submitDialog(bench, { goTo, check }) {
  const { state, id } = bench;
  const found = blockers({ goTo: (finding) => (dialog.close(), goTo(finding)), changed: judge });
  const reason = element("input.input", { id: "accept-reason", maxlength: 500, autocomplete: "off", input: judge });
  const why = element("span.red.grow.why", { id: "why-not", role: "status" }, t("Looking over the whole draft…"));
  const go = element("button.btn.primary", { type: "button", id: "submit-now", disabled: true, "aria-describedby": "why-not", click: submit }, t("Submit"));
  const back = element("button.btn", { type: "button", click: () => dialog.close() }, t("Back to the draft"));
  const field = labelled(t("Why it may stay so"), reason);
  field.hidden = true;
  const body = element("div.fields", element("p.muted", t("Another person approves it. Until then nobody changes the draft.")), found.list, field);
  const dialog = openDialog(t("Submit the draft"), body, { footer: [why, back, go] });
  await check();
  found.show(state.get("findings"));
  judge();

  function judge() {
    const count = found.blocking();
    const isUnsaid = found.accepted().length > 0 && !reason.value.trim();
    field.hidden = !found.accepted().length;
    why.replaceChildren(...(count ? [icon("lock", "s"), " ", t("{count} red: not to be submitted", { count })] : isUnsaid ? [icon("lock", "s"), " ", t("Say why it may stay so.")] : []));
    go.disabled = count > 0 || isUnsaid;
  }

  async function submit() {
    go.disabled = true;
    try {
      const accept = found.accepted();
      await api.drafts.review(id, "submit", { revision: state.get("revision"), ...(accept.length ? { accept, reason: reason.value.trim() } : {}) });
      await bench.reload();
      dialog.close();
      toast(t("The draft is submitted: another person approves it."), { name: "ok" });
    } catch (problem) {
      if (!("status" in problem)) throw problem;
      why.textContent = problem.message;
      go.disabled = false;
    }
  }
}
