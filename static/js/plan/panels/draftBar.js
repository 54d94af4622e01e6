import { cityTime } from "../../cityTime.js";
import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { page } from "../../pageData.js";

/** Keep the name of the draft, who made it, when it was last saved, and what it is based on. */
export function draftBar(state) {
  const [name, note] = ["draft-name", "draft-note"].map((id) => document.getElementById(id));
  document.getElementById("asof-time").replaceChildren(element("i.live"), t("Now {time}", { time: cityTime.short(new Date(page.now)) }));

  function show() {
    const draft = state.get("draft");
    if (!draft) return;
    name.textContent = name.title = draft.name;
    document.title = `${draft.name} · ${page.city.title}`;
    const last = state.get("edits").filter(({ undone }) => !undone).at(-1);
    note.textContent = [draft.created_by, state.get("isBusy") ? t("saving…") : last ? t("saved at {time}", { time: cityTime.hour(new Date(last.made_at)) }) : t("saved as you draw")].join(" · ");
    document.getElementById("asof-version").replaceChildren(element("span.future", t("Draft")), draft.base ? t("based on") : t("the first boundaries"), draft.base ? element("b", `V${draft.base}`) : "");
  }

  state.on(["draft", "edits", "isBusy"], show);
}
