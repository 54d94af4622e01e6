import { element } from "../element.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { page } from "../pageData.js";
import { createFieldMap } from "./createFieldMap.js";
import { taskLook } from "./taskLook.js";
import { taskRow } from "./taskRow.js";

const NEAR_ZOOM = 16;

/**
 * Return the first view: one's patch as map and list, in step.
 * @param {object} state
 * @param {{tasks: () => object[], open: (number: string) => void, report: () => void, queue: () => void, now: () => Date, reload: () => void}} actions
 */
export function patchView(state, actions) {
  const box = element("div.mapbox", { "aria-hidden": "true" });
  const list = element("div.items");
  const count = element("span.faint");
  const offline = element("button.offl", { type: "button", hidden: true, click: () => (state.get("signedOut") ? location.assign("/signin?next=/field") : actions.queue()) });
  const ways = { near: element("button", { type: "button", click: () => order("near") }, t("nearest first")), due: element("button", { type: "button", click: () => order("due") }, t("due first")) };
  const waiting = element("button", { type: "button", id: "queue", click: actions.queue });
  const view = element("section.view.patch", { "aria-label": t("My patch") },
    element("div.mapwrap.patchmap", box),
    element("div.top", pill(), element("button.rnd", { type: "button", "aria-label": t("Where I am"), title: t("Where I am"), click: toMe }, icon("locate"))),
    offline,
    element("div.list", element("div.grab"), element("div.row.listhead", element("h2", t("My patch")), count, element("span.grow"), element("div.seg", { role: "group", "aria-label": t("Order") }, ways.near, ways.due)), list),
    element("nav.tabbar", { "aria-label": t("Field") },
      element("button", { type: "button", class: "on", "aria-current": "page", click: actions.reload }, icon("list"), t("Patch")), waiting,
      element("button.fabplace", { type: "button", id: "report", click: actions.report }, element("span.fab", icon("camera"), t("Report"))),
      element("a", { href: "/map" }, icon("map"), t("Map")), element("a", { href: "/account" }, icon("person"), t("Me"))));
  let city = null;
  return { view, shown, paint, leave: () => city?.map.remove() };

  function shown() {
    city = createFieldMap(box);
    const { patch } = { patch: state.get("patch") };
    home(patch);
    paint();
    city.me(state.get("position"));
    state.on("position", () => view.isConnected && (city.me(state.get("position")), paintList()));
  }

  function home(patch) {
    const fit = { paddingTopLeft: [10, state.get("items").length ? 120 : 70], paddingBottomRight: [10, 24], animate: false, maxZoom: NEAR_ZOOM };
    const bounds = page.account?.area?.bounds;
    const places = (patch?.tasks ?? []).map(({ reports: [{ lat, lon }] }) => [lat, lon]);
    if (bounds && (patch?.grids.length || !places.length)) city.map.fitBounds([[bounds[1], bounds[0]], [bounds[3], bounds[2]]], fit);
    else if (places.length) city.map.fitBounds(places, fit);
  }

  function paint() {
    paintStrip();
    paintList();
    if (city) city.outline(state.get("patch")?.area?.geometry ?? null);
    if (city) city.marks(actions.tasks().map((task) => ({ number: task.number, lon: task.reports[0].lon, lat: task.reports[0].lat, look: taskLook(task), title: task.category?.title ?? task.number })), actions.open);
  }

  function paintList() {
    const by = state.get("order") ?? (state.get("position") ? "near" : "due");
    const distance = ({ away }) => away ?? Infinity;
    const due = ({ case: one, reports: [told] }) => new Date(one?.due_at ?? told.received_at).getTime();
    const tasks = [...actions.tasks()].sort((one, other) => (by === "near" ? distance(one) - distance(other) : 0) || due(one) - due(other));
    for (const [name, button] of Object.entries(ways)) (button.classList.toggle("on", name === by), button.setAttribute("aria-pressed", String(name === by)));
    count.textContent = t("{count} things", { count: tasks.length });
    list.replaceChildren(...(state.get("patch") ? tasks.map((task) => taskRow(task, actions.now(), actions.open)) : [0, 1, 2, 3].map(() => element("div.it.bone", element("span.skel"), element("span.skel")))));
    if (state.get("patch") && !tasks.length) list.replaceChildren(element("p.empty", icon("ok"), t("Nothing waits for you here.")));
    if (state.get("patch")?.is_cut) list.append(element("p.faint.cut", t("The first hundred; the rest follows as these are done.")));
  }

  /** Ink, never red: what is here goes on working. */
  function paintStrip() {
    const items = state.get("items");
    const refused = items.filter(({ status }) => status === "refused").length;
    const quiet = state.get("isOnline") && !state.get("signedOut") && !items.length;
    offline.hidden = quiet;
    view.classList.toggle("has-strip", !quiet);
    waiting.replaceChildren(icon("sent"), items.length ? t("To send {count}", { count: items.length }) : t("To send"));
    if (quiet) return;
    const kept = items.length ? [" · ", element("b", t("{count} to be sent", { count: items.length }))] : [];
    const say = state.get("signedOut") ? [t("Signed out: sign in to send"), ...kept] : refused ? [element("b", t("{count} refused", { count: refused })), " · ", t("look why")] : state.get("isOnline") ? [t("Sending"), ...kept] : [t("No net, work goes on"), ...kept];
    offline.replaceChildren(icon(state.get("isOnline") ? "upload" : "offline", "l"), element("span.grow", ...say), element("span", state.get("signedOut") ? t("Sign in") : t("Look"), icon("right", "s")));
  }

  function order(by) {
    state.set({ order: by });
    paintList();
  }

  function toMe() {
    const position = state.get("position");
    if (position) city.map.setView([position.lat, position.lon], NEAR_ZOOM, { animate: false });
    else home(state.get("patch"));
  }
}

function pill() {
  const { name, area } = page.account;
  return element("div.pill", element("span.avatar.duty", { "aria-hidden": "true" }, name.slice(0, 1)), element("div.grow", element("b.clip", area?.name ?? page.city.title), element("span.faint.clip", [name, page.me.role_name].filter(Boolean).join(" · "))));
}
