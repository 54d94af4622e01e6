import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { toast } from "../toast.js";
import { shrinkPhoto } from "./shrinkPhoto.js";

/**
 * Return a place where a photo is taken or chosen; it is made small before anybody keeps it.
 * @param {string} label
 * @param {(photos: Blob[]) => void} taken
 * @param {string} [id]
 */
export function photoSlot(label, taken, id) {
  const input = element("input.hidden", { type: "file", accept: "image/*", capture: "environment", multiple: true, id, change: take });
  const slot = element("label.more", { for: id }, icon("camera"), element("span", label), input);

  async function take() {
    slot.setAttribute("aria-busy", "true");
    const found = await Promise.allSettled([...input.files].map(shrinkPhoto));
    slot.removeAttribute("aria-busy");
    input.value = "";
    if (found.some(({ status }) => status === "rejected")) toast(t("One of these files is no picture: choose a photo."), { name: "alert" });
    const photos = found.filter(({ value }) => value).map(({ value }) => value);
    if (photos.length) taken(photos);
  }

  return slot;
}
