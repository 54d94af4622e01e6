import { api } from "../api.js";
import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { page } from "../pageData.js";

/**
 * The photos of a report: each with preview and progress, sent as soon as it is chosen.
 * @param {(position: {lon: number, lat: number}) => void} [placed] hears where a photo was taken, where its sender agrees
 * @returns {{box: HTMLElement[], tokens: () => Promise<string[]>, clear: Function}}
 */
export function photoList(placed = () => {}) {
  const most = page.public.most_photos;
  let photos = [];
  const input = element("input.hidden", { type: "file", accept: "image/jpeg,image/png,image/webp", multiple: true, id: "photo", change: take });
  const add = element("label.add", { for: "photo" }, icon("camera"), element("span", t("Add a photo")), input);
  const list = element("div.pics", add);
  const problem = element("p.err", { role: "alert", hidden: true });
  const consent = element("input", { type: "checkbox", id: "use-position" });
  const agree = element("label.consent", { for: "use-position" }, consent, t("The place in the photo may be used"));

  function take() {
    problem.hidden = true;
    const files = [...input.files];
    input.value = "";
    if (photos.length + files.length > most) say(t("At most {count} photos: the others are left out.", { count: most }));
    for (const file of files.slice(0, most - photos.length)) if (isSmall(file)) send(file);
  }

  function isSmall(file) {
    const isFit = file.size <= page.public.largest_photo;
    if (!isFit) say(`${file.name}: ${t("The photo has more than {count} MB: make it smaller.", { count: Math.round(page.public.largest_photo / 2 ** 20) })}`);
    return isFit;
  }

  function send(file) {
    const look = URL.createObjectURL(file);
    const photo = { file, look, token: null };
    photo.box = element("span", element("img", { src: look, alt: t("Photo {count}", { count: photos.length + 1 }) }),
      element("button.off", { type: "button", "aria-label": t("Leave this photo out"), click: () => drop(photo) }, icon("x", "s")));
    photos.push(photo);
    add.before(photo.box);
    settle();
    photo.sent = upload(photo).catch(() => {});
  }

  /** Send one photo; what is no picture is left out at once, one that the net lost is tried again with the report. */
  async function upload(photo) {
    const bar = element("i", { style: "width:0%" });
    const meter = element("span.bar", { role: "progressbar", "aria-label": t("Sending the photo"), "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 0 }, bar);
    photo.box.append(meter);
    photo.box.classList.remove("bad");
    try {
      const found = await api.photo(photo.file, consent.checked, (share) => {
        bar.style.width = `${Math.round(share * 100)}%`;
        meter.setAttribute("aria-valuenow", Math.round(share * 100));
      });
      photo.token = found.token;
      if (found.position) placed({ lon: found.position[0], lat: found.position[1] });
    } catch (failed) {
      if (failed.status === 400) drop(photo);
      else photo.box.classList.add("bad");
      say(`${photo.file.name}: ${failed.message}`);
      throw failed;
    } finally {
      meter.remove();
    }
  }

  function drop(photo) {
    photos = photos.filter((one) => one !== photo);
    photo.box.remove();
    URL.revokeObjectURL(photo.look);
    problem.hidden = true;
    settle();
  }

  function settle() {
    add.hidden = photos.length >= most;
  }

  function say(text) {
    problem.replaceChildren(icon("alert", "s"), element("span", text));
    problem.hidden = false;
  }

  return {
    box: [list, problem, agree],
    /** Return the tokens of the photos once all have arrived; what did not is sent again, and fails where it cannot. */
    tokens: async () => {
      await Promise.all(photos.map(({ sent }) => sent));
      await Promise.all(photos.filter(({ token }) => !token).map(upload));
      return photos.map(({ token }) => token);
    },
    clear: () => [...photos].forEach(drop),
  };
}
