import { element } from "../../element.js";
import { t } from "../../i18n.js";
import { openDialog } from "../../shell/openDialog.js";

/** Return photos beside each other, each larger at a press. `photos` are tokens, or objects with one. */
export function photoStrip(photos) {
  return element("div.phos", ...photos.map((one) => photo(one)));
}

/** Return one photo with what is said of it. */
export function photo(one, caption = "") {
  const token = one.token ?? one;
  const address = `/photos/${encodeURIComponent(token)}`;
  const large = () => openDialog(t("Photo"), element("img", { src: address, alt: caption || t("Photo of the spot") }), { wide: true }).classList.add("photo");
  return element("button.pho", { type: "button", "aria-label": t("Enlarge the photo"), click: large },
    element("img", { src: `${address}?size=thumb`, alt: caption || t("Photo of the spot"), loading: "lazy", error: ({ target }) => target.closest("button").remove() }), caption ? element("span.cap", caption) : null);
}
