import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";

/**
 * Return a photo with its words in the corner; one that can be taken back has a button for that.
 * @param {string|Blob} source an address, or the photo itself
 * @param {string} words
 * @param {(() => void)|null} [remove]
 */
export function photoView(source, words, remove = null) {
  const picture = element("img", { alt: words, loading: "lazy" });
  if (typeof source === "string") picture.src = source;
  else {
    picture.src = URL.createObjectURL(source);
    picture.addEventListener("load", () => URL.revokeObjectURL(picture.src), { once: true });
  }
  return element("div.shot", picture, words ? element("em", words) : null,
    remove ? element("button.rnd.small", { type: "button", "aria-label": t("Take this photo back"), click: remove }, icon("x", "s")) : null);
}
