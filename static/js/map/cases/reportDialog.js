import { api } from "../../api.js";
import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";
import { page } from "../../pageData.js";
import { openDialog } from "../../shell/openDialog.js";
import { categoryChoice } from "./categoryChoice.js";

const LONGEST = 2000;

/**
 * Take a report about the chosen spot; the owner answers at once, in the same dialog.
 *
 * The key is made when the dialog opens, so that a second press makes no second report.
 * @param {object} state
 * @param {(report: object) => void} sent
 */
export function reportDialog(state, sent) {
  const { lon, lat } = state.get("spot");
  const key = crypto.randomUUID();
  const choice = categoryChoice(state.get("categories"), state.get("category"), () => {});
  choice.classList.remove("sm");
  choice.id = "report-category";
  const words = element("textarea.input", { id: "report-words", rows: 4, maxlength: LONGEST, required: true });
  const problem = element("p.err", { role: "alert", hidden: true });
  const button = element("button.btn.primary", { type: "submit" }, icon("report"), t("Send the report"));
  const form = element("form.fields", { submit: send },
    element("p.muted", t("At {lon}, {lat}", { lon: lon.toFixed(5), lat: lat.toFixed(5) })),
    element("div.field", element("label", { for: choice.id }, t("What it is about")), choice),
    element("div.field", element("label", { for: words.id }, t("What is to be seen there")), words),
    problem, element("div", button),
  );
  const dialog = openDialog(t("Report here"), form);
  dialog.classList.add("narrow");
  choice.focus();

  async function send(event) {
    event.preventDefault();
    button.disabled = true;
    problem.hidden = true;
    try {
      const body = { lon, lat, category: choice.value || null, description: words.value };
      const answer = await api.report(body, key);
      form.replaceWith(receipt(answer));
      sent(answer.report);
    } catch (failed) {
      if (!("status" in failed)) throw failed;
      problem.textContent = failed.status ? failed.message : t("The server cannot be reached: nothing was sent. Try again.");
      problem.hidden = false;
      button.disabled = false;
    }
  }
}

/** What became of the report: its number, who owns it, who answers. */
function receipt({ report, decision }) {
  const line = (term, value) => (value ? [element("dt", term), element("dd", value)] : []);
  const { department, person, grid } = decision;
  const name = (one) => (page.language === "en" && one.name_en) || one.name;
  return element("div", { role: "status" },
    element("p.row", icon("ok"), element("b", t("Report {number} is filed.", { number: report.number }))),
    element("dl.dl", ...line(t("Grid"), grid && name(grid)), ...line(t("Department"), department ? [name(department), department.unit].filter(Boolean).join(" · ") : t("the dispatcher decides")), ...line(t("On duty"), person?.name)),
  );
}
