import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";

const AT = { open: 0, submitted: 1, approved: 2, published: 3 };

/** Keep the four steps of a draft, the present one marked. */
export function steps(state) {
  const list = document.getElementById("steps");

  function show() {
    const at = AT[state.get("draft")?.status] ?? 0;
    const words = [t("Draw"), t("Submit"), t("Approve"), t("Publish")];
    list.replaceChildren(...words.map((word, i) => element("li", i === at ? { "aria-current": "step" } : {}, `${i + 1} ${word}`, i < 3 ? icon("right", "s") : "")));
  }

  state.on("draft", show);
  show();
}
