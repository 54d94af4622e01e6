import { counted } from "../counted.js";
import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";

/** Tell that the same was reported near by already; who saw it too joins that report with a number of his own. */
export function nearHint(state) {
  const box = element("div.near3", { role: "status", hidden: true });
  state.on(["near", "alsoSeen"], ({ near, alsoSeen }) => {
    const one = near.find(({ handle }) => handle === alsoSeen) ?? near[0];
    box.hidden = !one;
    if (!one) {
      if (alsoSeen) state.set({ alsoSeen: "" });
      return;
    }
    const isOn = one.handle === alsoSeen;
    box.classList.toggle("on", isOn);
    const text = isOn ? t("Your report joins the one near by: you get a number of your own and hear of the result.") : t("{distance} m away, {ago}, the same was reported already", { distance: one.distance_m, ago: ago(one.minutes_ago) });
    const button = element("button", { type: "button", "aria-pressed": String(isOn), click: () => state.set({ alsoSeen: isOn ? "" : one.handle }) }, isOn ? t("No, another one") : t("I saw it too"));
    box.replaceChildren(icon("dup"), element("span.grow", text), button);
  });
  return box;
}

function ago(minutes) {
  if (minutes < 60) return counted(minutes, t("{count} minute ago"), t("{count} minutes ago"));
  if (minutes < 48 * 60) return counted(Math.round(minutes / 60), t("{count} hour ago"), t("{count} hours ago"));
  return counted(Math.round(minutes / 1440), t("{count} day ago"), t("{count} days ago"));
}
