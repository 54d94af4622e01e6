import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";

/** Say once, from 1 to 5, what one thinks of what became of the report. */
export function ratingForm(send, changed) {
  const words = element("textarea.input", { id: "rating-words", rows: 2, maxlength: 1000, "aria-label": t("What else there is to say") });
  const problem = element("p.err", { role: "alert" });
  problem.hidden = true;
  const stars = element("fieldset.stars", element("legend.hidden", t("From 1, bad, to 5, good")), ...[1, 2, 3, 4, 5].map((count) => element("label", element("input", { type: "radio", name: "stars", value: count, required: true }), String(count))));
  return element("form.card", { submit }, element("h2", t("Is it done well?")), stars, element("div.hintline", { "aria-hidden": "true" }, element("span", t("bad")), element("span", t("good"))), element("div.q", words), problem, element("button.btn.primary.lg.block", { type: "submit" }, t("Send the rating")));

  async function submit(event) {
    event.preventDefault();
    try {
      changed(await send({ stars: Number(new FormData(event.target).get("stars")), words: words.value.trim() }));
    } catch (failed) {
      if (!("status" in failed)) throw failed;
      problem.replaceChildren(icon("alert", "s"), element("span", failed.message));
      problem.hidden = false;
    }
  }
}
