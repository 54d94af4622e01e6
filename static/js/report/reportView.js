import { api } from "../api.js";
import { element } from "../element.js";
import { newKey } from "../field/newKey.js";
import { icon } from "../icon.js";
import { t } from "../i18n.js";
import { page } from "../pageData.js";
import { contactField } from "./contactField.js";
import { kindChoice } from "./kindChoice.js";
import { nearHint } from "./nearHint.js";
import { photoList } from "./photoList.js";
import { receipt } from "./receipt.js";
import { rememberReport } from "./rememberReport.js";
import { spotLine } from "./spotLine.js";

const LONGEST = 2000;
const TICKET_AFTER_MS = 3500;

/**
 * The form: where, photos, what, words. Whatever the server says, what was filled in stays until the report has arrived.
 * @param {object} state
 * @param {object} place
 */
export function reportView(state, place) {
  let key = newKey();
  const ticket = askForTicket();
  const kinds = kindChoice(state);
  const photos = photoList((position) => state.get("spotBy") !== "hand" && place.choose(position));
  const contact = contactField();
  const words = element("textarea.input", { id: "words", rows: 2, maxlength: LONGEST, placeholder: t("For example: it has been there for a day, and smells") });
  const problem = element("p.err", { role: "alert", id: "problem" });
  problem.hidden = true;
  const button = element("button.btn.primary.lg", { type: "submit", id: "send" }, t("Send this report"));
  const form = element("form.filled", { submit: send, novalidate: true }, element("div.scrolled",
    element("h1", t("See a problem, tell us")),
    element("p.lead", t("No account needed. For every spot somebody is responsible.")),
    element("section.q", element("h2", t("Where"), element("small", t("click on the map or drag the pin"))), element("div.seek"), element("div.mini"), ...spotLine(state, place)),
    element("section.q", element("h2", t("Photos"), element("small", t("may be left out, at most {count}", { count: page.public.most_photos }))), ...photos.box),
    element("section.q", element("h2", t("What is it"), element("button.link", { type: "button", click: kinds.openSearch }, t("Search all kinds"))), ...kinds.box),
    nearHint(state),
    element("section.q", element("h2", element("label", { for: "words" }, t("A few words")), element("small", t("may be left out"))), words),
    contact.box),
    element("div.send", problem, button),
  );
  const box = element("div.report", form);

  function refuse(text, at) {
    problem.replaceChildren(icon("alert", "s"), element("span", text));
    problem.hidden = false;
    at?.focus();
  }

  function missing() {
    if (!state.get("spot")) return [t("Say where it is: click on the map."), document.querySelector(".leaflet-container")];
    if (!state.get("kind") && !words.value.trim()) return [t("Say what it is: choose a kind or write a few words."), words];
    return null;
  }

  async function send(event) {
    event.preventDefault();
    problem.hidden = true;
    const gap = missing();
    if (gap) return refuse(...gap);
    if (!contact.isGood()) return contact.input.focus();
    button.disabled = true;
    button.textContent = t("Sending…");
    try {
      arrived(await api.report(await body(), key));
    } catch (failed) {
      if (!("status" in failed)) throw failed;
      if (failed.type === "/problems/idempotency-key-used") key = newKey();
      refuse(failed.status ? failed.message : t("The server cannot be reached. What you wrote stays here: send it again in a while."));
    } finally {
      button.disabled = false;
      button.textContent = t("Send this report");
    }
  }

  async function body() {
    const { lon, lat } = state.get("spot");
    const accuracy = state.get("accuracy");
    const also = state.get("alsoSeen");
    return {
      lon, lat, category: state.get("kind")?.code ?? null, description: words.value.trim(), reporter: contact.input.value.trim(), photos: await photos.tokens(), ticket: await ticket,
      ...(accuracy ? { accuracy_m: accuracy } : {}), ...(also ? { also_seen: also } : {}),
    };
  }

  function arrived(answer) {
    const mine = { number: answer.report.number, secret: answer.secret, title: state.get("kind")?.title ?? words.value.trim().slice(0, 40) };
    rememberReport(mine);
    box.replaceChildren(receipt(mine, answer, again));
    box.querySelector("h1").focus();
  }

  /** The form is empty again; where it was stays on the map. */
  function again() {
    key = newKey();
    words.value = "";
    photos.clear();
    kinds.clear();
    state.set({ near: [], alsoSeen: "" });
    box.replaceChildren(form);
    dispatchEvent(new HashChangeEvent("hashchange"));
  }

  return { box };
}

/** Return the ticket of this form once it is old enough to be taken; "" where there is none. */
async function askForTicket() {
  try {
    const { ticket } = await api.reportForm();
    await new Promise((done) => setTimeout(done, TICKET_AFTER_MS));
    return ticket;
  } catch {
    return "";
  }
}
