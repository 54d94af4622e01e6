import { api } from "../api.js";
import { element } from "../element.js";
import { t } from "../i18n.js";
import { icon } from "../icon.js";

/** Verify the trail and show how far it is, then what it was found to be. */
export async function verifyTrail(button, place) {
  const bar = element("progress", { max: 1, value: 0, "aria-label": t("Verifying the trail") });
  button.disabled = true;
  place.replaceChildren(bar);
  try {
    const found = await api.admin.verifyTrail(({ entries, of }) => (bar.value = of ? entries / of : 0));
    place.replaceChildren(...outcome(found));
  } catch (problem) {
    if (!("status" in problem)) throw problem;
    place.replaceChildren(element("p.red", problem.message));
  }
  button.disabled = false;
}

function outcome({ whole, entries, seals, unsealed, head, breaks }) {
  const counted = t("{entries} entries in {seals} seals, {unsealed} not sealed yet.", { entries, seals, unsealed });
  const said = whole ? element("p.row.green", icon("check"), t("The trail is whole.")) : element("p.row.red", icon("alert"), t("The trail is broken."));
  const kept = head ? element("p.faint", t("Keep its head elsewhere, to see later whether the end was cut off:"), " ", element("code", head)) : null;
  return [said, element("p", counted), breaks.length ? element("ul.refusals", { tabindex: 0, role: "group", "aria-label": t("The trail is broken.") }, ...breaks.map((words) => element("li", words))) : null, kept].filter(Boolean);
}
