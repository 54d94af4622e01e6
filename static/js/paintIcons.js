import { icon } from "./icon.js";

/** Put the drawings in the places that the templates keep for them: `<i class="i" data-i="map">`. */
export function paintIcons(root = document) {
  for (const place of root.querySelectorAll("i[data-i]")) {
    place.replaceWith(icon(place.dataset.i, place.className.replace(/\bi\b/, "").trim()));
  }
}
