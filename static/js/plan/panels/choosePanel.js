import { element } from "../../element.js";
import { icon } from "../../icon.js";
import { t } from "../../i18n.js";

/** Return what offers a choice over the map: `(title, [{title, take}], cancel)`; null takes it away. */
export function choosePanel() {
  const place = document.getElementById("pick");
  return (title, choices = [], cancel = () => {}) => {
    place.hidden = !title;
    if (!title) return place.replaceChildren();
    const leave = element("button.btn.icon.sm.quiet", { type: "button", "aria-label": t("Leave it"), click: cancel }, icon("x"));
    place.replaceChildren(element("div.row", element("b.grow", title), leave), ...choices.map((one) => element("button.btn.sm", { type: "button", click: one.take }, one.title)));
    return null;
  };
}
