import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";

/** Have a closed case reopened, with what is still there. */
export function reopenForm(days, send, changed) {
  const words = element("textarea.input", { id: "reopen-words", rows: 2, maxlength: 1000, required: true });
  const problem = element("p.err", { role: "alert" });
  problem.hidden = true;
  return element("form.card", { submit }, element("h2", t("Is it still there?")), element("div.field.q", element("label", { for: "reopen-words" }, t("What is still to be seen; possible within {count} days", { count: days })), words), problem, element("button.btn.lg.block", { type: "submit" }, icon("undo"), t("Have it reopened")));

  async function submit(event) {
    event.preventDefault();
    try {
      changed(await send(words.value.trim()));
    } catch (failed) {
      if (!("status" in failed)) throw failed;
      problem.replaceChildren(icon("alert", "s"), element("span", failed.message));
      problem.hidden = false;
    }
  }
}
