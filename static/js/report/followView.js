import { api } from "../api.js";
import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { followed } from "./followed.js";
import { rememberedReports } from "./rememberedReports.js";

/** Follow a report by number and secret; those that were sent from here need no typing. */
export function followView() {
  const number = element("input.input", { id: "follow-number", autocomplete: "off", spellcheck: "false", autocapitalize: "characters", maxlength: 40, required: true, placeholder: "R20260503-1A2B3C4D" });
  const secret = element("input.input", { id: "follow-secret", autocomplete: "off", spellcheck: "false", autocapitalize: "characters", maxlength: 20, required: true, placeholder: "7K3QX-92MDF" });
  const problem = element("p.err", { role: "alert" });
  problem.hidden = true;
  const button = element("button.btn.primary.lg", { type: "submit" }, t("Look it up"));
  const form = element("form.cols", { submit: send }, element("div.field", element("label", { for: "follow-number" }, t("Number")), number), element("div.field", element("label", { for: "follow-secret" }, t("Secret")), secret), button);
  const mine = element("ul.mine", { "aria-label": t("Reports sent from here") });
  const found = element("div", { "aria-live": "polite" });
  const box = element("div", element("h1", { tabindex: -1 }, t("Follow a report")), element("p.lead", t("Number and secret were shown when the report was sent.")), form, problem, mine, found);

  function shown() {
    const kept = rememberedReports();
    mine.hidden = !kept.length;
    mine.replaceChildren(...kept.map((one) => element("li", element("button.btn", { type: "button", click: () => look(one) }, icon("list"), element("span.grow", one.title || one.number), element("span.faint.num", one.number)))));
    const asked = kept.find((one) => location.hash === `#follow&${one.number}`);
    if (asked) look(asked);
  }

  function look(one) {
    [number.value, secret.value] = [one.number, one.secret];
    ask();
  }

  function send(event) {
    event.preventDefault();
    ask();
  }

  async function ask() {
    problem.hidden = true;
    button.disabled = true;
    const keys = { number: number.value.trim(), secret: secret.value.trim() };
    try {
      show(await api.follow(keys), keys);
    } catch (failed) {
      if (!("status" in failed)) throw failed;
      found.replaceChildren();
      problem.replaceChildren(icon("alert", "s"), element("span", failed.message));
      problem.hidden = false;
    } finally {
      button.disabled = false;
    }
  }

  function show(report, keys) {
    found.replaceChildren(...followed(report, keys, (next) => show(next, keys)));
  }

  return { box, shown };
}
